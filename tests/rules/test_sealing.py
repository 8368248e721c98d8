"""What writes a name cannot read it, and no log line holds one."""

import ast

from tests.support.source import Source, called, package

SEALING = ("campaign_actions/infra/sealing", "campaign_actions/opening")
OPENING = "campaign_actions/opening"
PRIVATE = {"PrivateKey", "SealedBox.decrypt"}
LOG_CALLS = {"debug", "info", "warning", "error", "exception", "critical"}
LOGS = {"log", "logger", "logging"}
PERSONAL = {
    *("email", "address", "comment", "place", "given_name", "family_name", "full_name", "postcode"),
    *("supporter", "person", "details_typed", "occupation", "phone"),
}


def cipher_outside_sealing(source: Source) -> list[str]:
    return [] if source.place.startswith(SEALING) or "nacl" not in source.imported() else [source.place]


def private_keys_outside_opening(source: Source) -> list[str]:
    if source.place.startswith(OPENING):
        return []
    names = {node.id for node in ast.walk(source.tree) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(source.tree) if isinstance(node, ast.Attribute)}
    names |= {node.name for node in ast.walk(source.tree) if isinstance(node, ast.alias)}
    return [source.place] if names & PRIVATE else []


def personal_words_in_logs(source: Source) -> list[str]:
    faults = []
    for call in source.calls():
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        if called(call) not in LOG_CALLS or not isinstance(owner, ast.Name) or owner.id not in LOGS:
            continue
        words = {found for argument in [*call.args, *call.keywords] for found in words_of(argument)}
        if words & PERSONAL:
            faults.append(f"{source.place}:{call.lineno} logs {', '.join(sorted(words & PERSONAL))}")
    return faults


def words_of(node: ast.AST) -> set[str]:
    """Every name, attribute, keyword and key below `node`."""
    found: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            found.add(part.id)
        elif isinstance(part, ast.Attribute):
            found.add(part.attr)
        elif isinstance(part, ast.keyword) and part.arg:
            found.add(part.arg)
        elif isinstance(part, ast.Dict):
            found.update(str(key.value) for key in part.keys if isinstance(key, ast.Constant))
    return found


def test_only_sealing_and_opening_know_the_cipher() -> None:
    assert [fault for source in package() for fault in cipher_outside_sealing(source)] == []


def test_only_opening_names_private_keys() -> None:
    assert [fault for source in package() for fault in private_keys_outside_opening(source)] == []


def test_no_log_line_takes_personal_data() -> None:
    assert [fault for source in package() for fault in personal_words_in_logs(source)] == []


def test_breaches_are_found() -> None:
    web = "campaign_actions/web/a.py"
    assert cipher_outside_sealing(Source(web, "from nacl.public import SealedBox")) != []
    assert private_keys_outside_opening(Source(web, "from x import PrivateKey")) != []
    assert personal_words_in_logs(Source(web, "log.info('sent', extra={'email': row.email})")) != []
    assert personal_words_in_logs(Source(web, "log.info('sent', extra={'job': job.id})")) == []
