"""Whether the ledger's tables are tables that keep what is put into them.

Whoever may change the database may also have it change by itself what is written: by a trigger, by a view in a
table's place, or by rows that not everybody is shown.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from emads_voice.observability.ledger.tables import CHECKPOINTS, CURSORS, ENTRIES, KEYS

from .report import Report

_OURS = frozenset(table.name for table in (ENTRIES, KEYS, CHECKPOINTS, CURSORS))


def see_tables(connection: Connection, report: Report) -> None:
    """Tell whatever stands between the ledger and its tables."""
    of_postgres = connection.dialect.name == "postgresql"
    for kind, name, table in connection.execute(_IN_POSTGRES if of_postgres else _IN_SQLITE):
        if table in _OURS:
            report.fault(
                "inserted",
                f"{kind} {name}",
                f"The {kind} {name} stands between the ledger and {table}: what is written may not be what is kept.",
            )


_IN_SQLITE = text("SELECT type, name, tbl_name FROM sqlite_master WHERE type IN ('trigger', 'view')")
# Of the tables that are meant when no schema is named; what Postgres makes for itself (foreign keys) is internal.
_IN_POSTGRES = text(
    "SELECT 'trigger', t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
    " WHERE NOT t.tgisinternal AND pg_table_is_visible(c.oid)"
    " UNION ALL SELECT 'rule', r.rulename, c.relname FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class"
    " WHERE c.relkind = 'r' AND pg_table_is_visible(c.oid)"
    " UNION ALL SELECT 'view', c.relname, c.relname FROM pg_class c"
    " WHERE c.relkind IN ('v', 'm', 'f') AND pg_table_is_visible(c.oid)"
    " UNION ALL SELECT 'row security', 'of ' || c.relname, c.relname FROM pg_class c"
    " WHERE c.relrowsecurity AND pg_table_is_visible(c.oid)"
)
