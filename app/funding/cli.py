"""Commands about claims."""

import click
from flask.cli import AppGroup

from app.funding.queries.replaying import replay, submitted_claims
from app.kernel.money import yuan

claims = AppGroup("claims", help="Claims and what was paid for them.")


@claims.command("replay")
@click.option("--class", "class_id", type=int, help="Only the claims of this class, by its number.")
@click.option("--all", "everything", is_flag=True, help="Every claim that was ever submitted.")
def replay_claims(class_id: int | None, everything: bool) -> None:  # noqa: FBT001  # a flag of the command line
    """Compute every amount again from the policy, facts and evidence of that day; exit code 1 on any difference."""
    if (class_id is None) is not everything:
        raise click.UsageError("say --class N or --all")
    done = replay(submitted_claims(class_id))
    for difference in done.differences:
        click.echo(str(difference))
    for told in done.superseded:
        click.echo(f"since then: {told}")
    found = len(done.differences)
    click.echo(f"{done.claims} claims, {done.lines} lines, {yuan(done.paid_fen)} yuan paid: {found} differences")
    if done.differences:
        raise click.exceptions.Exit(1)


commands = (claims,)
