"""How a call begins: who has the conversation, what is said first, the consent to a recording, the calls we make."""
