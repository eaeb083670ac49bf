"""XML from files of strangers: no entities, no network, no document type."""

from __future__ import annotations

from lxml import etree

from extraction.errors import BrokenFileError


def parse_xml(content: bytes) -> etree._Element:
    """The root element of an XML document.

    Raises:
        BrokenFileError: if it is not well-formed, or declares a document type: none of the
            formats read here has one, and entities are how such files attack.
    """
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, collect_ids=False
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BrokenFileError from error
    if root.getroottree().docinfo.doctype:
        raise BrokenFileError("文件内的 XML 含有文档类型声明，不予读取。")
    return root
