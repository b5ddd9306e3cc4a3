"""Tables of our own, in SQLite and Postgres: what is committed stays, what fails leaves nothing."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Connection, text

from emads_voice.database import Database, DatabaseError, open_postgres, open_sqlite


def _counter(connection: Connection) -> None:
    connection.execute(text("CREATE TABLE counter (n INTEGER NOT NULL)"))
    connection.execute(text("INSERT INTO counter VALUES (0)"))


def _second_counter(connection: Connection) -> None:
    connection.execute(text("CREATE TABLE other (n INTEGER NOT NULL)"))


@pytest.fixture(params=["sqlite", "postgres"])
def tables(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        opened = open_sqlite(tmp_path / "records.sqlite")
    else:
        opened = open_postgres(SecretStr(request.getfixturevalue("database")))
    yield opened
    opened.close()


def test_what_is_written_is_read_by_another(tables: Database) -> None:
    tables.migrate("counting", [_counter])

    def count(_: int) -> None:
        with tables.writing() as connection:
            query = "SELECT n FROM counter" + (
                " FOR UPDATE" if connection.dialect.name == "postgresql" else ""
            )
            n = connection.execute(text(query)).scalar_one()
            connection.execute(text("UPDATE counter SET n = :n"), {"n": n + 1})

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(count, range(40)))

    with tables.reading() as connection:
        assert connection.execute(text("SELECT n FROM counter")).scalar_one() == 40


def test_a_failed_transaction_leaves_nothing(tables: Database) -> None:
    tables.migrate("counting", [_counter])

    def fail() -> None:
        with tables.writing() as connection:
            connection.execute(text("UPDATE counter SET n = 7"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    with tables.reading() as connection:
        assert connection.execute(text("SELECT n FROM counter")).scalar_one() == 0


def test_tables_are_migrated_once_and_further(tables: Database) -> None:
    tables.migrate("counting", [_counter])
    tables.migrate("counting", [_counter])
    tables.migrate("counting", [_counter, _second_counter])

    with tables.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM other")).scalar_one() == 0


def test_a_newer_release_s_tables_are_refused(tables: Database) -> None:
    tables.migrate("counting", [_counter, _second_counter])

    with pytest.raises(DatabaseError, match="install that one"):
        tables.migrate("counting", [_counter])


def test_sql_that_fails_is_one_sentence(tables: Database) -> None:
    with (
        pytest.raises(DatabaseError, match=r"does not take or give records \(.*nowhere"),
        tables.reading() as connection,
    ):
        connection.execute(text("SELECT * FROM nowhere"))


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(DatabaseError, match="EMADS_DATA_DIR"):
        open_sqlite(tmp_path / "file" / "records.sqlite")


def test_the_file_is_its_owner_s(tmp_path: Path) -> None:
    open_sqlite(tmp_path / "records.sqlite").migrate("counting", [_counter])

    assert (tmp_path / "records.sqlite").stat().st_mode & 0o077 == 0


def test_a_database_that_is_not_there_is_one_sentence_without_its_password() -> None:
    database = open_postgres(SecretStr("postgresql://user:hunter2@127.0.0.1:1/none"))

    with pytest.raises(DatabaseError) as caught, database.reading():
        pass

    assert "EMADS_POSTGRES" in str(caught.value)
    assert "hunter2" not in str(caught.value)
