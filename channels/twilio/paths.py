"""The addresses Twilio knows, below the public URL."""

VOICE = "/twilio/voice"
MEDIA = "/twilio/media"
STATUS = "/twilio/status"
RESUME = "/twilio/resume"
AMD = "/twilio/amd"
