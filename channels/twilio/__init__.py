"""Phone calls over Twilio Media Streams."""
