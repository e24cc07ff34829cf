"""Logs: one JSON object a line on stderr, without personal data (A56)."""

import logging
import sys

import structlog


def configure_logs() -> None:
    """Our events and the server's warnings. No access log: addresses of callers are nobody's business."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.dict_tracebacks,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
