"""
The docs as a site: every page is in it, every link leads somewhere, and nothing leaves the host.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
# As `make docs` has it.
STRICT = ["--quiet", "--fresh-env", "--fail-on-warning", "--nitpicky"]
# Attributes by which a browser fetches something unasked; of <link>, all but these relations.
FETCHED = {"src", "srcset", "poster", "data"}
NOT_FETCHED = {"next", "prev", "search", "index", "author", "canonical"}
CSS_URL = re.compile(r"(?:url\(|@import)\s*['\"]?([^'\")]+)")

# What Sphinx makes of the pages depends on no Python, Django or wheel.
pytestmark = pytest.mark.source


@dataclass
class Html(HTMLParser):
    """
    What a page links to, what it has a browser fetch, and its anchors.
    """

    links: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.anchors.add(found.get("id", ""))
        self.fetched += [found[name] for name in FETCHED & found.keys()]
        if tag == "link" and found.get("rel") not in NOT_FETCHED:
            self.fetched.append(found["href"])
        elif "href" in found:
            self.links.append(found["href"])


def build(source: Path, site: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sphinx", *STRICT, str(source), str(site)],
        capture_output=True,
        text=True,
    )


def parsed(path: Path) -> Html:
    page = Html()
    page.feed(path.read_text())
    return page


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """
    The same site of two pages.
    """
    folder = tmp_path / "docs"
    folder.mkdir()
    shutil.copy(DOCS / "conf.py", folder)
    (folder / "README.md").write_text("# Docs\n\n**Pages**\n\n- [A page](page.md)\n")
    (folder / "page.md").write_text("# A page\n\n[Itself](#a-page)\n")
    return folder


def test_two_good_pages_are_built(small: Path, tmp_path: Path):
    built = build(small, tmp_path / "site")

    assert (built.returncode, built.stderr) == (0, "")


def test_faults_fail_the_build(small: Path, tmp_path: Path):
    faults = {"link": "[Nowhere](nowhere.md)", "anchor": "[Nowhere](#nowhere)"}
    faults |= {"warning": "### Too deep", "unlisted": "No list has it."}
    for name, text in faults.items():
        (small / f"{name}.md").write_text(f"# Page\n\n{text}\n")
    listed = "".join(f"- [Page]({name}.md)\n" for name in faults if name != "unlisted")
    (small / "README.md").write_text(f"# Docs\n\n**Pages**\n\n{listed}")
    (small / "page.md").unlink()
    built = build(small, tmp_path / "site")

    assert built.returncode != 0
    assert [name for name in faults if f"{name}.md" not in built.stderr] == []


# One test: the site is built once, whichever processes the tests are spread over.
def test_every_page_is_listed_every_link_leads_somewhere_and_no_other_host_is_asked(
    tmp_path: Path,
):
    site = tmp_path / "site"
    built = build(DOCS, site)
    assert built.returncode == 0, built.stderr
    pages = {path: parsed(path) for path in site.rglob("*.html")}

    assert not_listed(site, pages) == set()
    assert broken_links(pages) == []
    assert asked_elsewhere(site, pages) == set()


def not_listed(site: Path, pages: dict[Path, Html]) -> set[Path]:
    """
    Return the pages that are not in the site, or not in its table of contents.
    """
    named = {path.relative_to(DOCS).with_suffix(".html") for path in DOCS.rglob("*.md")}
    listed = {Path(link) for link in pages[site / "index.html"].links}
    listed.add(Path("README.html"))
    return {path for path in named if path not in listed or site / path not in pages}


def broken_links(pages: dict[Path, Html]) -> list[str]:
    """
    Return the links within the site to pages or anchors that it has not.
    """
    broken = []
    for path, page in pages.items():
        for link in page.links:
            url = urlsplit(link)
            if url.scheme or url.netloc:
                continue
            target = (path.parent / unquote(url.path)).resolve() if url.path else path
            there = pages[target].anchors if target in pages else set()
            if not target.exists() or (url.fragment and url.fragment not in there):
                broken.append(f"{path.name}: {link}")
    return broken


def asked_elsewhere(site: Path, pages: dict[Path, Html]) -> set[str]:
    """
    Return what a reader's browser would fetch unasked from another host.
    """
    fetched = {each for page in pages.values() for each in page.fetched}
    assert any(each.startswith("_static/") for each in fetched)
    for path in site.rglob("*.css"):
        fetched |= set(CSS_URL.findall(path.read_text()))
    return {each for each in fetched if urlsplit(each).netloc}
