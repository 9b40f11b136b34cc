"""All rules applied to a corpus."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable

from corpus.check.findings import Finding, Kind, Report
from corpus.check.reference_rules import reference_findings
from corpus.check.sheet import Sheet
from corpus.check.source_rules import source_findings
from corpus.check.text_rules import text_findings
from corpus.check.wording_rules import wording_findings
from corpus.model import Corpus


def check_corpus(
    corpus: Corpus, *, today: datetime.date | None = None, more: Iterable[Finding] = ()
) -> Report:
    """Check every document and the shared reference list.

    :param today: the day from which the age of a review counts, by default the real one.
    :param more: findings made elsewhere, to be reported together with these.
    """
    today = today or datetime.date.today()
    sheets = [Sheet(document, corpus.references) for document in corpus.documents]
    findings: list[Finding] = []
    for sheet in sheets:
        findings += text_findings(sheet, today)
        findings += wording_findings(sheet)
        findings += source_findings(sheet.document)
    findings += reference_findings(corpus, sheets)
    findings += [
        Finding(document.id, document.file, 0, Kind.LEFT_OUT, note, fault=False)
        for document in corpus.documents
        for note in document.notes
    ]
    findings += [
        Finding("", skipped.file, 0, kind, skipped.reason, kind.fault)
        for skipped in corpus.skipped
        for kind in (Kind.UNREADABLE if skipped.fault else Kind.SKIPPED,)
    ]
    findings = sorted([*findings, *more], key=lambda f: (not f.fault, f.file, f.line, f.kind))
    counts = Counter(finding.document_id for finding in findings)
    return Report(
        documents=tuple(sheet.summary(counts[sheet.document.id]) for sheet in sheets),
        findings=tuple(findings),
    )
