"""Reading a pack: every mistake is named with its place, all of them at once."""

import json
import shutil
from pathlib import Path

import pytest

from careline.tenants.load import load_pack, read_folder
from careline.tenants.model import Expr, Pack, Ref, Update
from careline.tenants.problems import PackError

pytestmark = pytest.mark.unit

MINI = Path(__file__).parents[1] / "data" / "packs" / "mini"


COOLING = "cooling_off: {period: P7D, same: [loan], reason: too_soon, say: {en: 'From {{ past.again | day }}.', zh: x}}"
UNDO = "undo: {by: customer, within: PT30M, operation: extend_loan, arguments: {loan: args.loan, days: '7'}}"
LIMIT = "rate_limit: {times: 3, per: P1D, reason: too_often, say: {en: No more today., zh: x}}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(MINI, tmp_path / "pack")
    return tmp_path / "pack"


def problems(folder: Path) -> list[str]:
    return [str(problem) for problem in read_folder(folder, {}).problems]


def replace(folder: Path, file: str, old: str, new: str) -> int:
    """Replace one text; the line where the new one begins."""
    text = (folder / file).read_text()
    assert text.count(old) >= 1, f"{old!r} is not in {file}"
    (folder / file).write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + 1


def test_the_mini_pack_is_read_under_its_yaml_names() -> None:
    pack = load_pack(MINI, {})
    operation = pack.operations["return_book"]
    assert operation.arguments["loan"].pattern == r"ML-\d{4}"
    assert operation.reads["loan"].where == {"number": Ref(ref="loan"), "member_id": Ref(ref="customer")}
    assert isinstance(operation.effect[0], Update)
    assert operation.effect[1].table == "members"
    assert operation.effect[1].set == {"points": Expr(expr="facts.points + 5")}  # type: ignore[union-attr]
    assert operation.checks[1].outcome == "success"
    assert pack.replies.confirm.no.examples["en"] == ("no", "stop", "leave it")  # words, not booleans
    assert pack.data.tables["loans"].columns["note"].nullable
    assert [(p.id, p.language) for p in pack.guide][:2] == [("lending#1", "en"), ("lending#2", "en")]
    assert pack.guide[0].asked == ("loan period", "when is a book due")
    assert pack.guide[0].text.startswith("You may keep")
    assert pack.business_schema == "biz_mini"


def test_a_pack_survives_json_and_its_version_tells_contents_apart(folder: Path) -> None:
    pack = load_pack(MINI, {})
    again = Pack.model_validate(json.loads(json.dumps(pack.document()))).sealed()
    assert again == pack
    assert load_pack(folder, {}).version == pack.version
    replace(folder, "guide/en/opening.md", "18:00", "19:00")
    assert load_pack(folder, {}).version != pack.version


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("operations.yaml", "type: integer", "type: int", "unknown argument type 'int'; did you mean 'integer'?"),
        ("operations.yaml", "pattern: 'ML-", "patern: 'ML-", "unknown key 'patern'; did you mean 'pattern'?"),
        ("operations.yaml", r"'ML-\d{4}'", "'ML-['", "is not a regular expression"),
        ("operations.yaml", "samples: [ML-1001]", "samples: [XX-1]", "the sample 'XX-1' does not match"),
        ("operations.yaml", "update: loans", "update: lones", "unknown table 'lones'; did you mean 'loans'?"),
        ("operations.yaml", "set: {status: returned}", "set: {statuss: x}", "unknown column 'statuss'; did you mean"),
        ("operations.yaml", "set: {status: returned}", "set: {number: x}", "a key column cannot be changed"),
        ("operations.yaml", "set: {status: returned}", "set: {due: soon}", "'soon' does not fit a column of type"),
        ("operations.yaml", "where: {id: $customer}", "where: {points: 3}", "it would change other customers' rows"),
        ("operations.yaml", "where: {id: $customer}", "where: {}", "without a where every row would change"),
        ("operations.yaml", "{number: $loan,", "{number: $lone,", "$lone is no argument; did you mean 'loan'?"),
        ("operations.yaml", "facts.points + 5", "facts.pionts + 5", "unknown name 'facts.pionts'; did you mean"),
        ("operations.yaml", "facts.points + 5", "facts.points +", "is not an expression"),
        ("operations.yaml", "{expr: \"facts.points + 5\"}", "{next: points}", "is for the values of an insert"),
        ("operations.yaml", "{expr: \"facts.points + 5\"}", "{exp: x}", "has to be a literal, $argument, $customer"),
        ("operations.yaml", "reads.loan is None", "reads.lone is None", "unknown name 'reads.lone'"),
        ("operations.yaml", "reads.loan.status ==", "reads.loan.state ==", "unknown name 'reads.loan.state'"),
        ("operations.yaml", "among yours.", "among {{ yours }}.", "unknown name 'yours'"),
        ("operations.yaml", "among yours.", "among {{ yours.", "is not a template"),
        ("operations.yaml", ', zh: "在您的借阅中找不到 {{ args.loan }}。"', "", "there are no words in 'zh'"),
        ("operations.yaml", "zh: 还书", "fr: rendre", "'fr' is not among the languages"),
        ("operations.yaml", "reason: loan_not_found\n", "\n", "'reason' is missing"),
        ("operations.yaml", "outcome: success", "outcome: sucess", "unknown outcome 'sucess'; did you mean 'success'?"),
        ("operations.yaml", "[\"return loan {loan}\"", "[\"return {book}\"", "{book} is no argument"),
        ("operations.yaml", "extend {loan} by {days} days", "return loan {loan}!", "example of operation return_book"),
        ("operations.yaml", "min: 1", "min: 99", "min 99 is above max 30"),
        ("operations.yaml", "min: 1\n", "fuzzy: true\n", "an argument of type integer has no 'fuzzy'"),
        ("operations.yaml", "confirm: always", "confirm: always\n    admits: facts.stat", "unknown name 'facts.stat'"),
        ("operations.yaml", "confirm: always", "confirm: sometimes", "unknown name 'sometimes'"),
        ("operations.yaml", "- update: members", "- replace: members", "needs one of update, insert, delete"),
        ("operations.yaml", "table: loans, column: number", "table: loans, column: numbr", "unknown column 'numbr'"),
        ("data.yaml", "key: [id]", "key: []", "may not be empty"),
        ("data.yaml", "    key: [id]\n", "", "'key' is missing"),
        ("data.yaml", "key: [number]", "key: [note]", "a key column cannot be nullable"),
        ("data.yaml", "points: integer", "points: whole", "unknown column type 'whole'"),
        ("data.yaml", "points: integer", "tenant: integer", "the column 'tenant' is added by itself"),
        ("data.yaml", "members.id}", "member.id}", "unknown table 'member'; did you mean 'members'?"),
        ("data.yaml", '"text?"', "text?", "quote a type that ends in '?'"),
        ("data.yaml", "column: id}", "column: ident}", "unknown column 'ident'"),
        ("data.yaml", "{kind: generator}", "{kind: excel}", "unknown source 'excel'"),
        ("data.yaml", "{kind: generator}", "{kind: csv}", "a csv source needs env"),
        ("profile.yaml", "FROM members m", "FROM membres m", "unknown table 'membres'; did you mean 'members'?"),
        ("profile.yaml", "WHERE m.id = :customer", "WHERE m.id = 'M-1'", "the query has to ask for :customer"),
        ("profile.yaml", "SELECT m.name", "DELETE m.name", "single SELECT"),
        ("profile.yaml", "  open_loans:", "  open_lones:", "no query has a column 'open_lones'"),
        ("profile.yaml", "facts.name is not None", "facts.nam is not None", "unknown name 'facts.nam'"),
        ("profile.yaml", "visible: [blocked]", "visible: [locked]", "no query has a column 'locked'"),
        ("profile.yaml", "about: [lending#1]", "about: [lending#3]", "has no section 'lending#3'; did you mean"),
        ("profile.yaml", "about: [lending#1]", "about: [lend]", "has no article 'lend'; did you mean 'lending'?"),
        ("profile.yaml", "facts.open_loans >= 3", "facts.open_lons >= 3", "unknown name 'facts.open_lons'; did"),
        ("profile.yaml", "{{ facts.open_loans }} books on", "{{ facts.opn }} books on", "unknown name 'facts.opn'"),
        ("replies.yaml", "  anger: {say:", "  angry: {say:", "angry"),
        ("replies.yaml", "How nice!", "How nice, {{ facts.name }}!", "unknown name 'facts'"),
        ("replies.yaml", "above: 0.7", "above: 7", "above"),
        ("replies.yaml", "[hello, hi there, good morning]", "[]", "there has to be at least one example"),
        ("replies.yaml", "{{ case }}.\", zh", "{{ cases }}.\", zh", "unknown name 'cases'; did you mean 'case'?"),
        ("replies.yaml", "no_answer:", "no_anser:", "unknown key 'no_anser'; did you mean 'no_answer'?"),
        ("replies.yaml", "say: {en: \"Please sign in first.\"", "say: {en: [a]", "has to be one text, or a mapping"),
        ("replies.yaml", "A colleague will take over.", "Dear {{ facts.name }}", "unknown name 'facts'"),
        ("tenant.yaml", "Europe/Berlin", "Berlin", "unknown time zone 'Berlin'"),
        ("tenant.yaml", "rounds: 2", "tiers: {small: {url: models}}", "'url' has to be like http://127.0.0.1:8000/v1"),
        ("tenant.yaml", "rounds: 2", "tiers: {small: {key: sk-1}}", "unknown key 'key'"),
        ("tenant.yaml", "rounds: 2", "rounds: many", "'rounds' has to be a whole number"),
        ("tenant.yaml", "rounds: 2", "rounds: 2\nrounds: 3", "the key 'rounds' is given twice"),
        ("guide/zh/lending.md", "## 逾期的书要付多少钱？", "逾期", "there are 1 here, 2 in another language"),
        ("guide/en/opening.md", "# Opening hours", "Opening hours", "the article has no title"),
        ("generate.py", "def rows", "def lines", "generate.py needs a function rows"),
        ("generate.py", "def rows", "def rows rows", "this is not Python"),
        ("evals/smoke.jsonl", "\"return_book\"", "\"return_boot\"", "unknown operation 'return_boot'; did you mean"),
        ("evals/smoke.jsonl", "{\"loan\":", "{\"lone\":", "unknown argument 'lone'"),
        ("evals/smoke.jsonl", "opening#1", "opening#9", "the guide has no passage 'opening#9'"),
        ("evals/smoke.jsonl", "\"m-2\"", "\"m-1\"", "the id 'm-1' stands in line 1 already"),
        ("evals/smoke.jsonl", "{\"id\": \"m-3\"", "{\"id\" \"m-3\"", "this is not JSON"),
    ],
)  # fmt: skip
def test_one_mistake_is_named_where_it_is(folder: Path, file: str, old: str, new: str, says: str) -> None:
    line = replace(folder, file, old, new)
    found = [problem for problem in read_folder(folder, {}).problems if says in problem.message]
    assert found, "\n".join(problems(folder))
    assert found[0].file == file
    assert found[0].line in (0, 1) or abs(found[0].line - line) <= 6, str(found[0])


def test_places_are_exact(folder: Path) -> None:
    line = replace(folder, "operations.yaml", "facts.points + 5", "facts.pionts + 5")
    assert problems(folder)[0].startswith(f"operations.yaml:{line}:24: unknown name 'facts.pionts'")
    assert "(operations.return_book.effect.1.set.points.expr)" in problems(folder)[0]


def test_all_mistakes_of_all_files_come_at_once(folder: Path) -> None:
    replace(folder, "operations.yaml", "type: integer", "type: int")
    replace(folder, "operations.yaml", "reads.loan is None", "reads.lone is None")
    replace(folder, "data.yaml", "members.id}", "member.id}")
    replace(folder, "replies.yaml", "no_answer:", "no_anser:")
    (folder / "guide" / "zh" / "opening.md").unlink()
    with pytest.raises(PackError) as caught:
        load_pack(folder, {})
    text = str(caught.value)
    for expected in (
        "did you mean 'integer'",
        "reads.lone",
        "'member'",
        "'no_anser'",
        "opening.md: the article is missing in 'zh'",
    ):
        assert expected in text
    assert "problems" in text.splitlines()[0]


def test_missing_files_and_folders(folder: Path, tmp_path: Path) -> None:
    (folder / "replies.yaml").unlink()
    (folder / "replys.yaml").write_text("x: 1")
    found = problems(folder)
    assert "replies.yaml: the file is missing; every pack has one" in found
    assert any("replys.yaml: no file of a pack has this name; did you mean" in problem for problem in found)
    (tmp_path / "empty").mkdir()
    assert len(problems(tmp_path / "empty")) == 5
    assert "there is no such folder" in problems(tmp_path / "nowhere")[0]
    (folder / "generate.py").unlink()
    assert any("there is no generate.py" in problem for problem in problems(folder))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the file is empty"),
        (b"\xff\xfe\x00\x01", "not a text in UTF-8"),
        (b"a: b\nc: \x00", "binary file"),
        (b"a: [1, 2\nb: 3", "this is not YAML"),
        (b"a: 'open", "this is not YAML"),
        (b"\tx: 1", "this is not YAML"),
        (b"[" * 3000, "nested too deeply"),
        (b"- just\n- a list", "has to be a mapping"),
        (b"just text", "has to be a mapping"),
        (b"a: &a [1,1,1,1,1,1,1,1,1]\n" + b"".join(
            b"%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n" % ((n + 1, n + 1) + (n,) * 8) for n in range(97, 110)
        ), "more than 200000 values"),
        (b"x" * 2_100_000, "larger than"),
        (b"? [a, b]\n: c", "a key has to be a text"),
    ],
)  # fmt: skip
def test_files_that_are_no_yaml(folder: Path, content: bytes, says: str) -> None:
    (folder / "tenant.yaml").write_bytes(content)
    assert any(says in problem for problem in problems(folder)), problems(folder)


def test_merge_keys_fill_in_what_is_not_said(folder: Path) -> None:
    text = (folder / "replies.yaml").read_text()
    text = text.replace("no_answer:\n", "no_answer: &silence\n").replace(
        '\nhandover:\n  say: {en: "A colleague will take over.", zh: "同事会接手处理。"}', "\nhandover:\n  <<: *silence"
    )
    (folder / "replies.yaml").write_text(text)
    pack = load_pack(folder, {})
    assert pack.replies.handover == pack.replies.no_answer


def test_a_guide_elsewhere_is_read_or_noted_as_absent(folder: Path, tmp_path: Path) -> None:
    (folder / "guide.yaml").write_text("{env: MINI_GUIDE, folder: nowhere, file: faq.jsonl, language: en}")
    absent = read_folder(folder, {})
    assert absent.pack is not None
    assert "guide passages absent" in absent.notes[0]
    row = {"id": "faq#1", "doc": "my_faq", "question": "Why?", "text": " Because. "}
    (tmp_path / "faq.jsonl").write_text(json.dumps(row) + "\n")
    present = read_folder(folder, {"MINI_GUIDE": str(tmp_path)})
    assert present.pack is not None
    last = present.pack.guide[-1]
    assert (last.id, last.title, last.question, last.text) == ("faq#1", "My faq", "Why?", "Because.")
    (tmp_path / "faq.jsonl").write_text('{"id": 1}\nnonsense\n')
    assert len(read_folder(folder, {"MINI_GUIDE": str(tmp_path)}).problems) == 2


def test_a_pack_without_a_guide_says_so(folder: Path) -> None:
    shutil.rmtree(folder / "guide")
    (folder / "evals" / "smoke.jsonl").unlink()
    assert "no guide" in read_folder(folder, {}).notes[0]


@pytest.mark.parametrize(
    ("guard", "old", "new", "says"),
    [
        (COOLING, "P7D", "7", "7 is no duration"),
        (COOLING, "P7D", "P1M", "'P1M' is no duration"),
        (COOLING, "P7D", "P0D", "is out of bounds"),
        (COOLING, "[loan]", "[lone]", "'lone' is no argument; did you mean 'loan'?"),
        (COOLING, "[loan]", "loan", "'same' is row, or a list of arguments"),
        (COOLING, "past.again", "past.agin", "unknown name 'past.agin'; did you mean 'again'?"),
        (COOLING, ", zh: x", "", "there are no words in 'zh'"),
        (COOLING, "period: P7D, ", "", "'period' is missing"),
        (LIMIT, "times: 3", "times: 0", "'times' "),
        (LIMIT, "too_often", "Too often", "has to match"),
        (LIMIT, "times: 3", "time: 3", "unknown key 'time'; did you mean 'times'?"),
        (UNDO, "by: customer", "by: anybody", "unknown by 'anybody'"),
        (UNDO, "within: PT30M, ", "", "say how long the customer may undo it"),
        (UNDO, "operation: extend_loan", "operation: extend_lone", "unknown operation 'extend_lone'; did you mean"),
        (UNDO, "operation: extend_loan", "operation: return_book", "'return_book' does not undo it"),
        (UNDO, "operation: extend_loan, ", "", "arguments are for another operation"),
        (UNDO, "loan: args.loan", "lone: args.loan", "'lone' is no argument of extend_loan; did you mean 'loan'?"),
        (UNDO, "{loan: args.loan", "{loan: args.lone", "unknown name 'args.lone'; did you mean 'loan'?"),
        (UNDO, "loan: args.loan, ", "", "extend_loan needs the argument 'loan'"),
    ],
)
def test_a_wrong_guard_is_named_in_its_line(folder: Path, guard: str, old: str, new: str, says: str) -> None:
    line = replace(folder, "operations.yaml", "confirm: always\n", f"confirm: always\n    {guard}\n") + 1
    assert not problems(folder)
    replace(folder, "operations.yaml", old, new)
    found = [problem for problem in read_folder(folder, {}).problems if says in problem.message]
    assert found, "\n".join(problems(folder))
    assert (found[0].file, found[0].line) == ("operations.yaml", line)


def test_a_guard_needs_something_that_can_be_repeated(folder: Path) -> None:
    plain = COOLING.replace(", same: [loan]", "")
    line = replace(folder, "operations.yaml", "    confirm: always\n", f"    confirm: always\n    {plain}\n") + 1
    text = (folder / "operations.yaml").read_text()
    start, end = text.index("    effect:\n"), text.index("    confirm: always\n")
    (folder / "operations.yaml").write_text(text[:start] + text[end:])
    found = problems(folder)
    assert any("is not in the ledger, so it cannot be counted" in each for each in found), (line, found)


def test_what_is_built_in_is_there_where_it_has_something_to_undo_and_never_declared(folder: Path) -> None:
    assert "undo" not in load_pack(MINI, {}).operations
    replace(folder, "operations.yaml", "confirm: always\n", "confirm: always\n    undo: {by: person}\n")
    pack = load_pack(folder, {})
    assert (pack.operations["undo"].builtin, "undo" in pack.declared) == ("undo", False)
    assert Pack.model_validate(pack.document()).operations == pack.operations
    line = replace(folder, "operations.yaml", "  extend_loan:\n", "  undo:\n")
    found = [problem for problem in read_folder(folder, {}).problems if "'undo' is built in" in problem.message]
    assert [(problem.file, problem.line) for problem in found] == [("operations.yaml", line)]


def test_the_words_of_an_undo_are_needed_in_every_language(folder: Path) -> None:
    replace(folder, "operations.yaml", "confirm: always\n", "confirm: always\n    undo: {by: person}\n")
    replace(folder, "replies.yaml", "no_answer:", "undo: {done: {en: Undone.}}\nno_answer:")
    assert any("there are no words in 'zh'" in each and "undo.done" in each for each in problems(folder))


@pytest.mark.parametrize(
    ("content", "says"),
    [("", "there is no text in it"), (" \n\n", "there is no text in it"), ("dogs are welcome\n", "here is neither")],
)
def test_a_text_that_is_no_article_is_skipped_and_the_rest_is_served(folder: Path, content: str, says: str) -> None:
    before = read_folder(folder, {})
    assert before.pack is not None
    (folder / "guide" / "en" / "opening.md").write_text(content)
    after = read_folder(folder, {})
    assert after.problems == ()
    assert after.pack is not None
    assert any("guide/en/opening.md" in note and "skipped" in note and says in note for note in after.notes), (
        after.notes
    )
    kept = [each.id for each in before.pack.guide if (each.document, each.language) != ("opening", "en")]
    assert [each.id for each in after.pack.guide] == kept
