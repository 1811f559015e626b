"""``biocoach clinic``: a clinic's own server, and what its owner does to its database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import typer

from biocoach.cli.say import fail, out, wrong_use

DATABASE = typer.Option(
    "", "--database", envvar="BIOCOACH_DATABASE",
    help="postgresql+psycopg://USER@HOST/NAME; better in BIOCOACH_DATABASE: others see a command.",
)  # fmt: skip
HOST = typer.Option("", "--host", help="The address that browsers know, such as clinic.example.")
EXTRA = "this needs PostgreSQL's client and the sign-in libraries: pip install 'biocoach[clinic]'"

clinic = typer.Typer(invoke_without_command=True, help="A clinic's own server, on PostgreSQL.")


@clinic.callback()
def serve(
    context: typer.Context,
    database: str = DATABASE,
    host: str = HOST,
    certificate: Path | None = typer.Option(None, "--certificate", help="TLS: the chain, as PEM."),
    key: Path | None = typer.Option(None, "--key", help="TLS: the private key, as PEM."),
    listen: str = typer.Option("127.0.0.1", "--listen", help="The network address to listen on."),
    port: int = typer.Option(8443, "--port", min=1, max=65_535),
) -> None:
    """Serve a clinic: clients' computers keep copies up to date, people sign in and read.

    Example: biocoach clinic --host clinic.example --certificate c.pem --key k.pem
    """
    if context.invoked_subcommand is not None:
        return
    if not database:
        wrong_use("--database (or BIOCOACH_DATABASE) says where the clinic's records lie")
    if not host or certificate is None or key is None:
        wrong_use("--host, --certificate and --key are needed: a clinic is served over TLS alone")
    _needs_extra()
    from biocoach.cli.clinic.served import Wish, run

    wish = Wish(
        database=database, host=host, certificate=certificate, key=key, listen=listen, port=port
    )
    _plainly(lambda: run(wish))


@clinic.command()
def migrate(database: str = DATABASE) -> None:
    """As the owner of the database: make its tables, or bring them up to date, and months ahead.

    Example: biocoach clinic migrate
    """
    _owner(database)
    from biocoach.cli.doorway import CLOCK
    from biocoach.store.clinic import owning

    _plainly(lambda: owning.migrate(database, CLOCK.wall().date()))
    out("The clinic's database is up to date, with places for two years of lines.")


@clinic.command()
def password(
    database: str = DATABASE,
    file: Path | None = typer.Option(None, "--file", help="Its first line is the password."),
) -> None:
    """As the owner of the database: the password of biocoach_app, as whom the server signs in.

    Example: biocoach clinic password --file new-password.txt
    """
    _owner(database)
    from biocoach.cli.say import passphrase_in
    from biocoach.store.clinic import owning

    given = passphrase_in(file) or typer.prompt("New password", hide_input=True)
    _plainly(lambda: owning.set_password(database, given))
    out("biocoach_app has a new password. Start the server with it.")


@clinic.command()
def found(
    name: str = typer.Argument(help="What the clinic is called."),
    admin: str = typer.Option(..., "--admin", help="The name of who looks after its page."),
    database: str = DATABASE,
    host: str = HOST,
) -> None:
    """As the owner of the database: begin a clinic, with an invitation for its first admin.

    Example: biocoach clinic found "By the river" --admin Ines --host clinic.example
    """
    _owner(database)
    from biocoach.store.clinic import owning

    made: list[str] = []
    _plainly(lambda: made.append(owning.found_clinic(database, name, admin)[1].shown))
    out(f"{name} is founded. For {admin}, within seven days, once:")
    out(f"https://{host or 'YOUR-HOST'}/#invite/{made[0]}")


def _owner(database: str) -> None:
    if not database:
        wrong_use("--database (or BIOCOACH_DATABASE) says where, and as which owner")
    _needs_extra()


def _needs_extra() -> None:
    from importlib.util import find_spec

    if any(find_spec(name) is None for name in ("psycopg", "webauthn", "argon2", "pyotp")):
        fail(EXTRA)


def _plainly(do: Callable[[], object]) -> None:
    """One line for what can go wrong."""
    from biocoach.store import StoreError
    from biocoach.store.clinic import NotAllowedError, UnfitRoleError

    try:
        do()
    except (StoreError, UnfitRoleError, NotAllowedError) as error:
        fail(str(error))
