"""The HTTP client below Twilio's SDK, which can be pointed elsewhere."""

from __future__ import annotations

import logging
from typing import Any

from twilio.http.async_http_client import AsyncTwilioHttpClient

TWILIO = "https://api.twilio.com"

# The SDK logs every request with its parameters, which hold phone numbers.
_silent = logging.Logger("emads_voice.channels.twilio.http_client", logging.CRITICAL)


class HttpClient(AsyncTwilioHttpClient):  # type: ignore[misc]
    """Twilio's own, with the host replaced: the SDK has no base URL to set."""

    def __init__(self, api_url: str = "") -> None:
        """
        Args:
            api_url: replaces ``https://api.twilio.com``; "" leaves it.
        """
        super().__init__(logger=_silent)
        self._api_url = api_url or TWILIO

    async def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        return await super().request(method, url.replace(TWILIO, self._api_url, 1), *args, **kwargs)
