"""What is heard beside questions: back-channels, echoes of ours, music on hold, remarks on the conversation itself."""
