"""Findings as JUnit XML: a suite for each page, a failed case for each finding that fails the gate."""

import re
from itertools import groupby
from xml.etree import ElementTree as ET  # it writes only

from kg.model.finding import Finding
from kg.report.reported import Reported, by_engine, fails, not_asked, one_line, place

# What XML 1.0 cannot hold, not even as a reference.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PASSED = "every page"
_SHAPES = "shapes"
_STRANGE = "not this wiki's rules"


def junit(report: Reported) -> str:
    """
    Return the findings as JUnit XML.

    Findings below the threshold are cases that pass, with their words as output; a wiki without a finding is one case
    that passes, because programs take an empty report for a run that did not happen.
    """
    root = ET.Element("testsuites", name="kg validate")
    if report.unpromised:
        suite = ET.SubElement(root, "testsuite", name=_STRANGE, tests="0", failures="0", errors="0")
        ET.SubElement(suite, "system-out").text = _safe("\n".join(map(not_asked, report.unpromised)))
    for path, many in groupby(report.findings, key=lambda one: one.span.path):
        _suite(root, _safe(report.folder + path), list(many), report)
    if report.shapes:
        _shapes(root, report)
    if not report.findings and not report.unchecked:
        suite = ET.SubElement(root, "testsuite", name=_PASSED, tests="1", failures="0", errors="0")
        ET.SubElement(suite, "testcase", name="no finding", classname=_PASSED)
    failures = sum(fails(finding, report.threshold) for finding in report.findings)
    root.set("tests", str(max(1, len(report.findings) + len(report.unchecked))))
    root.set("failures", str(failures))
    root.set("errors", str(len(report.unchecked)))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _shapes(root: ET.Element, report: Reported) -> None:
    """Add a suite that says which shapes were checked, by which engine; an error for each that was not."""
    many = str(len(report.unchecked))
    suite = ET.SubElement(root, "testsuite", name=_SHAPES, tests=many, failures="0", errors=many)
    properties = ET.SubElement(suite, "properties")
    for engine, names in by_engine(report.shapes).items():
        for name in names:
            ET.SubElement(properties, "property", name=f"checked by {engine}", value=_safe(one_line(name)))
    for one in report.unchecked:
        case = ET.SubElement(suite, "testcase", name=_safe(one_line(one.shape)), classname=_SHAPES)
        error = ET.SubElement(case, "error", type="not checked", message=_safe(one_line(one.why)))
        error.text = _safe(one_line(f"{one.shape} was not checked: {one.why}"))


def _suite(root: ET.Element, path: str, findings: list[Finding], report: Reported) -> None:
    failures = sum(fails(finding, report.threshold) for finding in findings)
    counted = {"tests": str(len(findings)), "failures": str(failures), "errors": "0"}
    suite = ET.SubElement(root, "testsuite", {"name": path, **counted})
    for finding in findings:
        line, column = max(1, finding.span.line), max(1, finding.span.column)
        name = f"{finding.rule} at {line}:{column}"
        case = ET.SubElement(suite, "testcase", name=name, classname=path, file=path, line=str(line))
        where = place(finding.span)
        said = _safe(f"{report.folder}{where}: {finding.level}: {finding.message} [{finding.rule}]")
        if fails(finding, report.threshold):
            failure = ET.SubElement(case, "failure", type=finding.level.value, message=_safe(finding.message))
            failure.text = said
        else:
            ET.SubElement(case, "system-out").text = said


def _safe(words: str) -> str:
    return _NO_XML.sub(lambda match: f"\\u{{{ord(match[0]):x}}}", words)
