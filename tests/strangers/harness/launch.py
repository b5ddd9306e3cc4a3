"""``emads-voice`` as installed, with Twilio's own SDK sent to $TWILIO_DOUBLE instead of to api.twilio.com.

The SDK has no setting for it, and these tests may reach nothing but loopback. Nothing of emads-voice is changed.
"""

import os
import sys
from typing import Any

from twilio.http.async_http_client import AsyncTwilioHttpClient

_request = AsyncTwilioHttpClient.request


async def _to_the_double(self: Any, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
    url = url.replace("https://api.twilio.com", os.environ["TWILIO_DOUBLE"], 1)
    return await _request(self, method, url, *args, **kwargs)


AsyncTwilioHttpClient.request = _to_the_double

if __name__ == "__main__":
    from emads_voice.cli import main

    sys.argv[0] = "emads-voice"
    main()
