"""Talking over a WebSocket, in OpenAI's Realtime protocol: browsers, and whatever else speaks it."""
