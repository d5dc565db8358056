"""Commands about single persons: an account is erased everywhere.

Put here: options and what is printed. Keep out: the erasure itself (`night.forgetting`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from microinf_pipeline.commands.session import session_of

if TYPE_CHECKING:
    from microinf_pipeline.night.forgetting import Receipt


def forget(
    context: typer.Context,
    network: Annotated[str, typer.Option(help="The network the account is on.")],
    account: Annotated[str, typer.Option(help="The platform's id of the account, or its handle.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what there is; nothing is changed.")] = False,
) -> None:
    """Erase an account everywhere, with every handle it had, and keep it out of later nights. Prints a receipt."""
    settings = session_of(context).settings()
    from microinf_pipeline.night import forgetting

    for line in _told(forgetting.forget(settings, network, account, dry_run=dry_run)):
        typer.echo(line)


def _told(receipt: Receipt) -> list[str]:
    counts = [f"  {what}: {number}" for what, number in receipt.erased.items() if number] or ["  nothing of it was stored"]
    lines = [f"{'would erase' if receipt.dry_run else 'erased'} on {receipt.network}, {receipt.at}:", *counts]
    if receipt.left:
        lines += ["files of your own that still name the account:", *(f"  {path}" for path in receipt.left)]
    if receipt.also_known:
        lines += ["accounts of the same person, not erased:", *(f"  {name}" for name in receipt.also_known)]
    if not receipt.dry_run:
        lines += [
            f"receipt: {receipt.path}",
            "copies elsewhere (backups, Postgres, files that were handed out) are yours to follow up",
        ]
    return lines
