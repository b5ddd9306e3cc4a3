"""Where spans and metrics go, for our command line and servers. This room alone uses the OpenTelemetry SDK, and only
when it is asked to: to the rest of the library, and to programs that embed it, the API is enough.
"""

from .by_name import log_exporter
from .configuring import TracingError, configure_tracing, exporters, scraped

__all__ = ["TracingError", "configure_tracing", "exporters", "log_exporter", "scraped"]
