"""What QTI 2.1 declares of a response and an outcome, and how a response is processed."""

from xml.etree import ElementTree as ET


def declared(cardinality: str, kind: str, correct: list[str]) -> ET.Element:
    node = ET.Element("responseDeclaration", identifier="RESPONSE", cardinality=cardinality, baseType=kind)
    right = ET.SubElement(node, "correctResponse")
    for value in correct:
        ET.SubElement(right, "value").text = value
    return node


def mapping(response: ET.Element, entries: list[tuple[str, float]], defaultValue: str = "0", **bounds: str) -> None:
    made = ET.SubElement(response, "mapping", {**bounds, "defaultValue": defaultValue})
    for key, value in entries:
        case = {"caseSensitive": "false"} if response.get("baseType") == "string" else {}
        ET.SubElement(made, "mapEntry", {"mapKey": key, "mappedValue": f"{value:.6g}", **case})


def outcome(root: ET.Element, name: str, cardinality: str, kind: str, default: str = "") -> None:
    node = ET.SubElement(root, "outcomeDeclaration", identifier=name, cardinality=cardinality, baseType=kind)
    if default:
        ET.SubElement(ET.SubElement(node, "defaultValue"), "value").text = default


def then(branch: ET.Element, outcome: str, kind: str, value: str) -> None:
    node = ET.SubElement(branch, "setOutcomeValue", identifier=outcome)
    ET.SubElement(node, "baseValue", baseType=kind).text = value


def scored(processing: ET.Element, test: str) -> None:
    """1 for exactly the right response."""
    branch = ET.SubElement(ET.SubElement(processing, "responseCondition"), "responseIf")
    match = ET.SubElement(branch, test)
    ET.SubElement(match, "variable", identifier="RESPONSE")
    ET.SubElement(match, "correct", identifier="RESPONSE")
    then(branch, "SCORE", "float", "1")


def mapped(processing: ET.Element) -> None:
    """What the mapping gives; nothing for no response."""
    condition = ET.SubElement(processing, "responseCondition")
    branch = ET.SubElement(condition, "responseIf")
    ET.SubElement(ET.SubElement(branch, "isNull"), "variable", identifier="RESPONSE")
    then(branch, "SCORE", "float", "0")
    other = ET.SubElement(ET.SubElement(condition, "responseElse"), "setOutcomeValue", identifier="SCORE")
    ET.SubElement(other, "mapResponse", identifier="RESPONSE")


def copied(processing: ET.Element, outcome: str, variable: str) -> None:
    node = ET.SubElement(processing, "setOutcomeValue", identifier=outcome)
    ET.SubElement(node, "variable", identifier=variable)


def near(branch: ET.Element, tolerance: str, value: str = "") -> ET.Element:
    """Whether the response is near enough to the right value, or to another one."""
    if tolerance:
        off = tolerance.removeprefix("±").strip()
        mode = "relative" if off.endswith("%") else "absolute"
        off = off.removesuffix("%").strip()
        test = ET.SubElement(branch, "equal", toleranceMode=mode, tolerance=f"{off} {off}")
    else:
        test = ET.SubElement(branch, "equal", toleranceMode="exact")
    ET.SubElement(test, "variable", identifier="RESPONSE")
    if value:
        ET.SubElement(test, "baseValue", baseType="float").text = value
    else:
        ET.SubElement(test, "correct", identifier="RESPONSE")
    return branch
