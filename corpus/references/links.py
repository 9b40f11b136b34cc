"""DOIs, PubMed numbers and web addresses: what they look like, and where an entry prints one.

Nothing is opened or looked up here.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

DOI: Final = re.compile(r"10\.\d{4,9}/\S+")
URL: Final = re.compile(r"https?://[^\s<>\"/][^\s<>\"]*", re.IGNORECASE)
LINKS_BEGIN: Final = re.compile(
    r"(?i)https?://|\bdoi:|\bdoi\.org|(?<![\w./-])10\.\d{4,9}/|\bpmid\b|\bpmcid\b|\bpmc\d"
    r"|\bavailable (?:from|at)\b|\bretrieved\b|\baccessed\b"
)
_DOI_PREFIX: Final = re.compile(r"(?:https?://(?:dx\.|www\.)?doi\.org/|doi:)\s*", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"https?://[^\s\"]+", re.IGNORECASE)
_BARE_DOI: Final = re.compile(r"(?<![\w./-])10\.\d{4,9}/[^\s\"]+")
_DOI_MARK: Final = re.compile(r"(?i)\b(?:doi:\s?|(?:dx\.)?doi\.org/)")
_PMID: Final = re.compile(r"(?i)\bpmid:?\s?(\d{1,9})(?!\d)")
_PUBMED: Final = re.compile(
    r"(?i)https?://(?:www\.)?(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/(\d{1,9})"
)
_PAIRS: Final = {")": "(", "]": "[", ">": "<", "}": "{"}


def bare_doi(doi: str) -> str:
    """A DOI without `https://doi.org/` or `doi:` before it; only addresses are percent-encoded."""
    prefix = _DOI_PREFIX.match(doi)
    bare = doi[prefix.end() :] if prefix else doi
    return unquote(bare) if doi[:4].lower() == "http" else bare


def links_of(entry: str) -> tuple[str, str, str]:
    """DOI, PMID and web address of a printed entry, each empty if it has none.

    A DOI inside another site's address is left alone: where it ends there cannot be known.
    """
    doi = pmid = url = ""
    rest = entry
    for found in _ADDRESS.finditer(entry):
        address = _trimmed(found[0].split("](", 1)[0])  # "[shown](address)" in Markdown
        rest = rest.replace(found[0], " " * len(found[0]), 1)
        pubmed = _PUBMED.match(address)
        if _DOI_PREFIX.match(address):
            doi = doi or bare_doi(address)
        elif pubmed:
            pmid = pmid or pubmed[1]
        else:
            url = url or address
    if not DOI.fullmatch(doi):
        bare = _BARE_DOI.search(_DOI_MARK.sub(" ", rest))
        doi = _trimmed(bare[0]) if bare else ""
    numbered = _PMID.search(rest)
    return doi, pmid or (numbered[1] if numbered else ""), url if URL.fullmatch(url) else ""


def _trimmed(link: str) -> str:
    """A DOI or address without the punctuation of the sentence around it."""
    while link:
        last = link[-1]
        opener = _PAIRS.get(last)
        unbalanced = opener is not None and link.count(last) > link.count(opener)
        if last not in ".,;:'\u2019”*_`" and not unbalanced:
            break
        link = link[:-1]
    return link.split("<", 1)[0] if "<" in link and "::" not in link else link
