from emads_voice.cli import main

main()
