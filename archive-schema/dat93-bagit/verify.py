#!/usr/bin/env python3
# -*- coding: utf-8 -*-
"""归档包独立核验程序：只用 Python 3.8 以上的标准库，不依赖制作归档包的程序。

    python3 verify.py 归档包.zip|解开后的文件夹 [--json] [--no-sm3]

读法只依据归档包格式说明（anjuan-bundle/1、anjuan-bundle/2），与制作程序没有共用的代码，两者互为旁证。
不解压到磁盘，不执行包内任何内容；声明的路径、大小、摘要一概不信，都重新计算后比较。
退出码：0 合格，1 不合格，2 用法不对或读不出文件。
"""

import base64
import binascii
import hashlib
import json
import os
import re
import struct
import sys
import unicodedata
import xml.etree.ElementTree as ElementTree
import zlib

FORMATS = ("anjuan-bundle/1", "anjuan-bundle/2")
CHUNK = 1 << 20
MAX_TEXT = 64 << 20          # 清单、XML 等要整个读入内存的文件
MAX_FILES = 200000
MAX_DEPTH = 64
TAGS = ("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt")
DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
NOTE, CATALOGUE, METADATA = "data/说明文件.TXT", "data/目录文件.XML", "电子档案元数据.XML"
BUNDLE, SM3SUMS, PREMIS = "metadata/bundle.json", "metadata/sm3sums.txt", "metadata/premis.xml"
OTHER = "data/其他/"
LIST, VOLUMES = OTHER + "目录/归档文件目录.XML", OTHER + "案卷/卷内文件目录.XML"
LOG = OTHER + "日志/业务日志.xml"
HANDOVER, SUMS = OTHER + "交接/电子档案移交与接收登记表.json", OTHER + "交接/电子档案数字摘要表.json"
# 第 2 版必有的文件。
REQUIRED = (PREMIS, LIST, VOLUMES, LOG, HANDOVER, SUMS, OTHER + "目录/备考表.json", OTHER + "案卷/案卷封面.json",
            OTHER + "案卷/卷内备考表.json", OTHER + "核验/verify.py", OTHER + "核验/怎样核验.txt",
            OTHER + "XML模式/bagit-profile.json")
CODE = re.compile(r"^([A-Z0-9]{4})-([A-Z0-9]{2})·(\d{4})-(Y|D30|D10)-([A-Z0-9]+)-(\d{4,})$")
RETENTION = {"Y": "永久", "D30": "30年", "D10": "10年"}
# 扩展名和文件开头的字节。
MAGIC = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff", "jpeg": b"\xff\xd8\xff",
         "tif": b"II*\0", "txt": b"", "csv": b"", "xml": b"", "ofd": b"PK\x03\x04"}
# 原始格式：旧档原样保存，收而不保证长期可读。
ORIGINALS = {"docx": b"PK\x03\x04", "xlsx": b"PK\x03\x04", "ods": b"PK\x03\x04", "xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
             "html": b"", "htm": b"", "eml": b"", "gif": b"GIF8", "bmp": b"BM"}
NESTED = ((b"PK\x03\x04", "ZIP"), (b"Rar!", "RAR"), (b"7z\xbc\xaf\x27\x1c", "7z"), (b"\x1f\x8b", "gzip"),
          (b"\xd0\xcf\x11\xe0", "OLE 复合文档"))
EEP = "{http://www.saac.gov.cn/standards/ERM/encapsulation}"
PREMIS_NS = "{http://www.loc.gov/premis/v3}"


def known_magic(name):
    """文件开头应有的字节；扩展名不在允许之列时为 None。"""
    extension = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    return MAGIC.get(extension, ORIGINALS.get(extension))


CHECKS = (
    ("Z1", "SHA-256、SM3 清单与每个文件的内容相符"), ("Z4", "日期、数字的格式正确"), ("Z5", "目录、机读清单的取值一致"),
    ("Z6", "日期、页数合理"), ("Z7", "元数据中没有特殊字符"), ("Z8", "档号合乎规则，与元数据一致"), ("Z9", "没有重复"),
    ("Z10", "元数据中的文件名、大小、摘要与文件一致"), ("Z11", "每件元数据与内容一一关联"), ("Z12", "说明文件、目录和各表齐全可读"),
    ("Z13", "包的结构合乎规范"), ("Z14", "内容与数字摘要表、移交与接收登记表相符"), ("W1", "总件数一致"), ("W2", "总字节数一致"), ("W3", "元数据项齐全"),
    ("W4", "必填元数据都有内容"), ("W5", "有形成、移交等过程信息"), ("W6", "件号连续"), ("W7", "每件都有内容"),
    ("W10", "信息包元数据完整一致"), ("W11", "件与文件夹一一对应"), ("W12", "没有清单外的文件，也没有缺失的文件"),
    ("K1", "XML、JSON 可读，没有 DTD"), ("K3", "文件格式名实相符"), ("K6", "说明了软硬件环境"), ("K7", "没有压缩、嵌套的包"),
    ("S3", "没有系统文件和可执行文件"), ("S7", "路径安全，容器为规范形式"), ("S8", "业务日志前后相扣"), ("S9", "没有涉密件"),
)
WARNINGS = ("W6",)


# ---- SM3（GB/T 32905-2016）----------------------------------------------------------------

def _rotate(x, n):
    n &= 31
    return ((x << n) | (x >> (32 - n))) & 0xFFFFFFFF


class Sm3:
    """纯 Python 的 SM3；Python 自带的 OpenSSL 有 SM3 时不用它。"""

    T = [_rotate(0x79CC4519 if j < 16 else 0x7A879D8A, j) for j in range(64)]

    def __init__(self):
        self.v = [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E]
        self.rest, self.length = b"", 0

    def update(self, data):
        self.length += len(data)
        data = self.rest + data
        whole = len(data) - len(data) % 64
        for at in range(0, whole, 64):
            self._block(data[at:at + 64])
        self.rest = data[whole:]

    def _block(self, block):
        # 逐位循环左移都写开：这里是最费时的地方。
        m, w = 0xFFFFFFFF, list(struct.unpack(">16I", block))
        for j in range(16, 68):
            y, z = w[j - 3], w[j - 13]
            x = w[j - 16] ^ w[j - 9] ^ (y << 15 & m | y >> 17)
            w.append(x ^ (x << 15 & m | x >> 17) ^ (x << 23 & m | x >> 9) ^ (z << 7 & m | z >> 25) ^ w[j - 6])
        a, b, c, d, e, f, g, h = self.v
        for j, t in enumerate(self.T):
            a12 = a << 12 & m | a >> 20
            s = a12 + e + t & m
            s = s << 7 & m | s >> 25
            if j < 16:
                ff, gg = a ^ b ^ c, e ^ f ^ g
            else:
                ff, gg = a & b | a & c | b & c, e & f | ~e & g
            x = w[j]
            tt1 = ff + d + (s ^ a12) + (x ^ w[j + 4]) & m
            tt2 = gg + h + s + x & m
            d, c, b, a = c, b << 9 & m | b >> 23, a, tt1
            h, g, f, e = g, f << 19 & m | f >> 13, e, tt2 ^ (tt2 << 9 & m | tt2 >> 23) ^ (tt2 << 17 & m | tt2 >> 15)
        self.v = [x ^ y for x, y in zip(self.v, (a, b, c, d, e, f, g, h))]

    def hexdigest(self):
        bits = self.length * 8
        self.update(b"\x80" + b"\0" * ((55 - self.length) % 64) + struct.pack(">Q", bits))
        return "".join("%08x" % x for x in self.v)


def new_sm3():
    try:
        return hashlib.new("sm3")
    except ValueError:
        return Sm3()


# ---- 归档包的两种样子：规范 ZIP、文件夹 -----------------------------------------------------

class Refused(Exception):
    """容器本身不可接受，不再往里看。"""

    def __init__(self, name, reason):
        super().__init__(reason)
        self.name, self.reason = name, reason


def name_fault(path):
    """文件名的毛病（格式说明 §3）；没有则为 None。"""
    if not path or len(path.encode("utf-8", "surrogateescape")) > 240:
        return "路径为空或超过 240 字节"
    if unicodedata.normalize("NFC", path) != path:
        return "文件名不是 NFC 形式"
    if any(unicodedata.category(c) in ("Cc", "Cs") or c in '\\:*?"<>|#%+' for c in path):
        return "文件名含有不允许的字符"
    for part in path.split("/"):
        if part in ("", ".", ".."):
            return "路径含有空段、“.”或“..”"
        if len(part.encode("utf-8")) > 180:
            return "文件名超过 180 字节"
        if part[-1] in ". " or part[0] == " ":
            return "文件名以空格或句点结尾，或以空格开头"
    return None


class ZipBag:
    """规范 ZIP：逐字节复核每个头，只有存储、没有压缩，所以不会膨胀。"""

    def __init__(self, path):
        self.file = open(path, "rb")
        self.faults = []
        self.places = {}
        length = os.fstat(self.file.fileno()).st_size
        if length < 22:
            raise Refused("", "不是 ZIP 文件（太短）")
        end = struct.unpack("<IHHHHIIH", self._at(length - 22, 22))
        if end[0] != 0x06054B50:
            raise Refused("", "不是 ZIP 文件，或文件末尾有多余、缺少的字节")
        _, disk, start_disk, here, count, size, start, comment = end
        if disk or start_disk or here != count or comment or count == 0xFFFF:
            raise Refused("", "ZIP 结尾记录不规范（分卷、注释或 ZIP64）")
        if start + size + 22 != length:
            raise Refused("", "ZIP 目录的位置或大小与文件不符")
        central = self._at(start, size)
        at, last, folded, next_data = 0, b"", set(), 0
        tops = set()
        for _ in range(count):
            if len(central) - at < 46:
                raise Refused("", "ZIP 目录记录损坏")
            (mark, made, need, flags, method, time, date, crc, packed, plain, n, extra, note, volume, internal,
             external, offset) = struct.unpack("<IHHHHHHIIIHHHHHII", central[at:at + 46])
            raw = central[at + 46:at + 46 + n]
            at += 46 + n
            if mark != 0x02014B50 or len(raw) != n:
                raise Refused("", "ZIP 目录记录损坏")
            try:
                name = raw.decode("utf-8")
            except UnicodeDecodeError:
                raise Refused("", "ZIP 目录中有不是 UTF-8 的文件名")
            fault = name_fault(name)
            if fault:
                raise Refused(name, fault)
            ascii_name = all(b < 128 for b in raw)
            if (made, need, flags, method, time, date, extra, note, volume, internal, external) != (
                    0x030A, 10, 0 if ascii_name else 0x800, 0, 0, 0x21, 0, 0, 0, 0, 0o100644 << 16) \
                    or packed != plain or plain == 0xFFFFFFFF:
                raise Refused(name, "ZIP 目录记录不是规范形式（压缩、加密、时间、属性或附加字段）")
            if last >= raw:
                raise Refused(name, "文件名重复或次序不对")
            last = raw
            key = unicodedata.normalize("NFKC", name).lower()
            if key in folded:
                raise Refused(name, "文件名只有大小写之别，会互相覆盖")
            folded.add(key)
            if offset != next_data or offset + 30 + n + plain > start:
                raise Refused(name, "文件的位置或大小与目录不符")
            local = struct.pack("<IHHHHHIIIHH", 0x04034B50, need, flags, 0, 0, 0x21, crc, plain, plain, n, 0) + raw
            if self._at(offset, 30 + n) != local:
                raise Refused(name, "文件头与目录不一致")
            top, slash, rest = name.partition("/")
            if not slash:
                raise Refused(name, "文件不在归档包的文件夹里")
            tops.add(top)
            if len(tops) > 1:
                raise Refused(name, "一个 ZIP 里只能有一个归档包文件夹")
            self.places[rest] = (offset + 30 + n, plain, crc)
            next_data = offset + 30 + n + plain
        if at != len(central) or next_data != start:
            raise Refused("", "文件与目录之间有多余的字节")
        if not tops:
            raise Refused("", "归档包是空的")
        self.name = tops.pop()

    def _at(self, at, n):
        self.file.seek(at)
        out = self.file.read(n)
        if len(out) != n:
            raise Refused("", "文件被截断")
        return out

    def files(self):
        return {path: place[1] for path, place in self.places.items()}

    def crc(self, path):
        return self.places[path][2]

    def chunks(self, path):
        at, left, _ = self.places[path]
        while left:
            part = self._at(at, min(left, CHUNK))
            yield part
            at, left = at + len(part), left - len(part)


class DirBag:
    """解开后的文件夹；不跟随链接。"""

    def __init__(self, root):
        self.root, self.faults, self.sizes = root, [], {}
        self.name = None  # 解开以后文件夹叫什么都行（RFC 8493）
        todo = [("", root)]
        while todo:
            prefix, folder = todo.pop()
            with os.scandir(folder) as entries:
                for entry in entries:
                    name = prefix + entry.name
                    if entry.is_dir(follow_symlinks=False):
                        todo.append((name + "/", entry.path))
                    elif not entry.is_file(follow_symlinks=False):
                        self.faults.append((name, "不是普通文件（链接或设备）"))
                    else:
                        fault = name_fault(name)
                        if fault:
                            self.faults.append((name, fault))
                        self.sizes[name] = entry.stat(follow_symlinks=False).st_size
                    if len(self.sizes) > MAX_FILES:
                        raise Refused("", "文件多于 %d 个" % MAX_FILES)

    def files(self):
        return dict(self.sizes)

    def crc(self, path):
        return None

    def chunks(self, path):
        with open(os.path.join(self.root, *path.split("/")), "rb") as file:
            while True:
                part = file.read(CHUNK)
                if not part:
                    return
                yield part


# ---- 核验 ---------------------------------------------------------------------------------

class Bounded(ElementTree.TreeBuilder):
    """嵌套层数有上限的 XML 树。"""

    depth = 0

    def start(self, tag, attrs):
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ValueError("嵌套超过 %d 层" % MAX_DEPTH)
        return super().start(tag, attrs)

    def end(self, tag):
        self.depth -= 1
        return super().end(tag)


def parse_xml(data):
    """解析之前先拒绝 DTD 和 UTF-8 以外的编码，实体因此无从展开。"""
    text = data.decode("utf-8")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ValueError("含有 DTD")
    declared = re.match(r"\ufeff?<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']+)", text)
    if declared and declared.group(1).upper() != "UTF-8":
        raise ValueError("声明的编码不是 UTF-8")
    return ElementTree.fromstring(data, parser=ElementTree.XMLParser(target=Bounded()))


def child(element, *names):
    for name in names:
        element = element.find(name) if element is not None else None
    return (element.text or "").strip() if element is not None else ""


class Verifier:
    def __init__(self, bag, want_sm3=True):
        self.bag, self.files, self.want_sm3 = bag, bag.files(), want_sm3
        self.found, self.done, self.skipped = [], set(), []
        self.sha, self.sm3, self.head, self.trees = {}, {}, {}, {}
        self.bundle, self.info = None, {}

    def add(self, code, path, expected="", found=""):
        line = {"check": code, "path": path}
        if expected != "":
            line["expected"] = str(expected)
        if found != "":
            line["found"] = str(found)
        self.found.append(line)

    def text(self, path):
        """一个文本文件的内容；没有、过大或不是 UTF-8 时为 None。"""
        if self.files.get(path, MAX_TEXT + 1) > MAX_TEXT:
            return None
        try:
            return b"".join(self.bag.chunks(path)).decode("utf-8")
        except UnicodeDecodeError:
            return None

    def tree(self, path):
        """一个 XML 的根元素；读不出时为 None（K1 已记下）。"""
        if path not in self.trees:
            self.trees[path] = None
            if path in self.files:
                try:
                    if self.files[path] > MAX_TEXT:
                        raise ValueError("过大")
                    self.trees[path] = parse_xml(b"".join(self.bag.chunks(path)))
                except (ValueError, ElementTree.ParseError) as error:
                    self.add("K1", path, "可读的 XML", error)
        return self.trees[path]

    def json(self, path):
        text = self.text(path)
        if text is None:
            return None
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            self.add("K1", path, "可读的 JSON", error)
            return None

    # -- 容器和摘要

    def run(self):
        for name, reason in self.bag.faults:
            self.add("S7", name, "", reason)
        self.read_all()
        self.digests()
        self.surplus()
        if self.text("bagit.txt") is None or self.text("bagit.txt").encode() != DECLARATION:
            self.add("Z13", "bagit.txt", "BagIt 1.0 声明", "缺少或不同")
        self.bag_info()
        self.octets()
        for path in sorted(self.files):
            if path.lower().endswith((".xml", ".xsd")):
                self.tree(path)
        self.payload()
        self.done.update(("Z1", "S7", "W12", "Z13", "W2", "K1", "K7", "S3"))
        bundle = self.json(BUNDLE)
        if BUNDLE not in self.files or not isinstance(bundle, dict):
            if not any(f["path"] == BUNDLE and f["check"] == "K1" for f in self.found):
                self.add("K1", BUNDLE, "", "缺少，或不是 JSON")
            return
        if bundle.get("format") not in FORMATS:
            self.add("K1", BUNDLE, "、".join(FORMATS), bundle.get("format"))
            return
        self.bundle = bundle
        try:
            self.described()
        except (KeyError, TypeError, AttributeError) as error:
            self.add("K1", BUNDLE, "各项齐全", "缺少或形式不对：%r" % error)

    def read_all(self):
        for path in sorted(self.files):
            sha, sm3, crc, size = hashlib.sha256(), new_sm3() if self.want_sm3 else None, 0, 0
            for part in self.bag.chunks(path):
                if size == 0:
                    self.head[path] = part[:64]
                sha.update(part)
                if sm3:
                    sm3.update(part)
                crc, size = zlib.crc32(part, crc), size + len(part)
            self.sha[path] = sha.hexdigest()
            if sm3:
                self.sm3[path] = sm3.hexdigest()
            self.files[path] = size
            stated = self.bag.crc(path)
            if stated is not None and stated != crc:
                self.add("S7", path, "CRC %08x" % stated, "CRC %08x" % crc)

    def sums(self, name):
        text = self.text(name)
        if text is None:
            self.add("Z1", name, "", "缺少，或不是 UTF-8 文本")
            return {}
        out = {}
        for number, line in enumerate(text.split("\n"), 1):
            if line == "" and number == text.count("\n") + 1:
                continue
            match = re.match(r"^([0-9a-f]{64})  (.+)$", line)
            if not match:
                self.add("Z1", name, "", "第 %d 行不是“摘要  路径”" % number)
            elif match.group(2) in out:
                self.add("Z1", name, "", "第 %d 行重复列出 %s" % (number, match.group(2)))
            else:
                out[match.group(2)] = match.group(1)
        if list(out) != sorted(out, key=lambda path: path.encode("utf-8")) or not text.endswith("\n"):
            self.add("Z1", name, "", "写法不规范：摘要用小写，按路径排序，每行以换行结束")
        return out

    def digests(self):
        self.manifest = self.sums("manifest-sha256.txt")
        self.tagmanifest = self.sums("tagmanifest-sha256.txt")
        self.sm3sums = self.sums(SM3SUMS)
        lists = [("SHA-256", self.manifest, self.sha), ("SHA-256", self.tagmanifest, self.sha)]
        if self.want_sm3:
            lists.append(("SM3", self.sm3sums, self.sm3))
        else:
            self.skipped.append("SM3 摘要未核（--no-sm3）")
        told = set()
        for algorithm, listed, real in lists:
            for path, wanted in listed.items():
                if real.get(path) != wanted and path not in told:
                    told.add(path)
                    self.add("Z1", path, "%s %s" % (algorithm, wanted), real.get(path, "文件不在包内"))
        # 清单是否各管各的、一个不漏。
        for path in sorted(set(self.manifest) | set(self.tagmanifest)):
            if path.startswith("data/") != (path in self.manifest):
                self.add("Z1", path, "", "列错了清单")
        for path in sorted(self.files):
            own = path in (SM3SUMS, "tagmanifest-sha256.txt") or path.startswith("signature/")
            if not own and path not in self.sm3sums:
                self.add("Z1", path, "列入 " + SM3SUMS, "没有")

    def surplus(self):
        listed = set(self.manifest) | set(self.tagmanifest)
        for path in sorted(self.files):
            if path not in listed and path != "tagmanifest-sha256.txt" and not path.startswith("signature/"):
                self.add("W12", path, "", "清单上没有这个文件")
        for path in sorted(listed - set(self.files)):
            self.add("W12", path, "在包内", "清单上有，包内没有")

    def bag_info(self):
        text = self.text("bag-info.txt") or ""
        for line in text.split("\n"):
            key, colon, value = line.partition(":")
            if not line:
                continue
            if not colon or key in self.info:
                self.add("W10", "bag-info.txt", "每行一项“键: 值”，不重复", line)
            else:
                self.info[key] = value.strip()

    def octets(self):
        payload = [size for path, size in self.files.items() if path.startswith("data/")]
        found = "%d.%d" % (sum(payload), len(payload))
        if self.info.get("Payload-Oxum") != found:
            self.add("W2", "bag-info.txt", self.info.get("Payload-Oxum", "有 Payload-Oxum"), found)

    def payload(self):
        for path in sorted(self.files):
            name = path.rsplit("/", 1)[-1]
            lower = name.lower()
            if lower in ("thumbs.db", "desktop.ini", ".ds_store") or name.startswith(("~$", "._")) \
                    or lower.endswith((".exe", ".dll", ".bat", ".cmd", ".js", ".vbs", ".lnk", ".tmp")):
                self.add("S3", path, "", "系统或程序遗留的文件、可执行文件")
            head = self.head.get(path, b"")
            # 本身是 ZIP、OLE 结构的文档，不是嵌套的包。
            own = known_magic(name)
            for magic, kind in NESTED:
                if path.startswith("data/") and head.startswith(magic) and not (own and head.startswith(own)):
                    self.add("K7", path, "不压缩、不嵌套", kind)

    # -- 机读清单所说的一切

    def described(self):
        b, second = self.bundle, self.bundle["format"] == FORMATS[1]
        self.items, self.absent = b["items"], b.get("absent", [])
        self.everything = [i["metadata"] for i in self.items] + self.absent
        self.structure()
        self.package(second)
        self.values()
        self.codes()
        self.contents()
        self.folders()
        self.forms()
        for item in self.items:
            self.eep(item, second)
        self.done.update(code for code, _ in CHECKS if code not in ("Z14", "S8"))
        if second:
            self.extra_forms()
            self.premis()
            self.log()
            self.done.update(("Z14", "S8"))

    def place(self, m):
        return "%s（%s）" % (m.get("archival_code"), m.get("id"))

    def structure(self):
        fonds = self.bundle["fonds"]
        self.root = "data/%s/%s/" % (fonds["number"], fonds["category"])
        if self.bag.name is None:
            if not re.fullmatch(r"[A-Z0-9-]{1,64}", self.bundle["id"]):
                self.add("Z13", BUNDLE, "编号是大写字母、数字和“-”，不超过 64 个字符", self.bundle["id"])
        elif self.bag.name != self.bundle["id"]:
            self.add("Z13", self.bag.name, "文件夹名为 " + self.bundle["id"], self.bag.name)
        for path in sorted(self.files):
            if not (path.startswith((self.root, OTHER, "metadata/", "signature/")) or path in TAGS
                    or path in (NOTE, CATALOGUE)):
                self.add("Z13", path, "", "格式中没有这个位置")

    def package(self, second):
        b = self.bundle
        wanted = [("Source-Organization", b["sender"]), ("Transfer-Receiver", b["receiver"]),
                  ("External-Identifier", b["id"]), ("Bagging-Date", b["date"]),
                  ("Fonds-Number", b["fonds"]["number"]), ("Bundle-Format", b["format"]),
                  ("Illustrative", "yes" if b["illustrative"] else "no")]
        if second:
            wanted += [("External-Description", b["case_title"]), ("Internal-Sender-Identifier", b["case_id"]),
                       ("Bag-Software-Agent", b["software"])]
            profile = self.json(OTHER + "XML模式/bagit-profile.json") or {}
            about = profile.get("BagIt-Profile-Info", {})
            wanted.append(("BagIt-Profile-Identifier", about.get("BagIt-Profile-Identifier", "")))
            for key, rule in sorted(profile.get("Bag-Info", {}).items()):
                if rule.get("required") and not self.info.get(key):
                    self.add("W10", "bag-info.txt", "有 " + key, "没有或为空")
                elif rule.get("values") and self.info.get(key) not in [None] + rule["values"]:
                    self.add("W10", "bag-info.txt", "%s 为 %s" % (key, "、".join(rule["values"])), self.info[key])
            for path in profile.get("Tag-Files-Required", []):
                if path not in self.files:
                    self.add("Z13", path, "在包内", "没有这个文件")
            for path in REQUIRED:
                if path not in self.files:
                    self.add("Z12", path, "在包内", "没有这个文件")
        mark = b.get("handover") or {}
        book = mark.get("book") or {}
        for key, value in (("Handover-Sequence", mark.get("sequence", "")), ("Handover-Previous", mark.get("previous", "")),
                           ("Handover-Book-Entries", book.get("entries", "")), ("Handover-Book-Head", book.get("head", ""))):
            if self.info.get(key, "") != str(value):
                self.add("W10", "bag-info.txt", "%s: %s" % (key, value), self.info.get(key, "没有"))
        for key, value in wanted:
            if self.info.get(key, "") != value or not value:
                self.add("W10", "bag-info.txt", "%s: %s" % (key, value), self.info.get(key, "没有"))
        self.part(b.get("part"))

    def part(self, part):
        """分包：清单和 bag-info 说的是同一包，包号、编号说得通。"""
        if part is None:
            wanted = {}
        else:
            wanted = {"Bag-Group-Identifier": part["group"], "Bag-Count": "%s of %s" % (part["number"], part["count"]),
                      "Bag-Group-Digest": part["set"]}
        for key in ("Bag-Group-Identifier", "Bag-Count", "Bag-Group-Digest"):
            if self.info.get(key) != wanted.get(key):
                self.add("W10", "bag-info.txt", "%s: %s" % (key, wanted.get(key, "没有")), self.info.get(key, "没有"))
        if part is None:
            return
        number, count = part["number"], part["count"]
        if not re.match(r"^[A-Z0-9-]{1,64}$", part["group"]) or not re.match(r"^[0-9a-f]{64}$", part["set"]):
            self.add("W10", BUNDLE + " part", "分包组的编号和摘要", "%s %s" % (part["group"], part["set"]))
        if not all(isinstance(n, int) and not isinstance(n, bool) for n in (number, count)) \
                or not 1 <= number <= count or not 2 <= count <= 999:
            self.add("W10", BUNDLE + " part", "包号从 1 到总包数，总包数从 2 到 999", "%s of %s" % (number, count))
        elif self.bundle["id"] != self.part_id(part["group"], number):
            self.add("W10", BUNDLE + " part", "编号 " + self.part_id(part["group"], number), self.bundle["id"])

    def part_id(self, group, number):
        if len(group) > 59:
            group = group[:50] + "-" + hashlib.sha256(group.encode()).hexdigest()[:8].upper()
        return "%s-P%03d" % (group, number)

    def values(self):
        for m in self.everything:
            where = self.place(m)
            for key in ("title", "responsible", "date", "genre", "case_id"):
                if not str(m.get(key, "")).strip():
                    self.add("W4", where + key, "不为空", "空")
            if not is_date(m["date"]):
                self.add("Z4", where + "日期", "2025-03-04", m["date"])
            if not isinstance(m["pages"], int) or isinstance(m["pages"], bool) or m["pages"] < 0:
                self.add("Z4", where + "页数", "非负整数", m["pages"])
            for key in ("title", "responsible", "genre", "archival_code", "document_number", "note"):
                for c in str(m.get(key) or ""):
                    if unicodedata.category(c) in ("Cc", "Cs", "Co") or c in "\ufffd\ufeff\u202a\u202b\u202c\u202d\u202e" \
                            "\u2066\u2067\u2068\u2069":
                        self.add("Z7", where + key, "无控制字符、私用区字符", "U+%04X" % ord(c))
                        break
            if m.get("secrecy") not in ("公开", "内部", "public", "internal"):
                self.add("S9", where, "非涉密", m.get("secrecy"))
        for item in self.items:
            m = item["metadata"]
            if m["date"] > self.bundle["date"]:
                self.add("Z6", self.place(m) + "日期", "不晚于移交日期 " + self.bundle["date"], m["date"])
            if m["pages"] == 0:
                self.add("Z6", self.place(m) + "页数", "大于 0", 0)
        if not is_date(self.bundle["date"]):
            self.add("Z4", BUNDLE + " date", "2025-03-04", self.bundle["date"])

    def codes(self):
        fonds, runs, seen = self.bundle["fonds"], {}, {}
        for m in self.everything:
            match = CODE.match(m["archival_code"])
            if not match:
                self.add("Z8", self.place(m), "全宗号-门类·年度-期限-机构-件号", m["archival_code"])
            else:
                number, category, year, period, unit, item = match.groups()
                if (number, category, int(year), unit) != (
                        fonds["number"], fonds["category"], fonds["year"], fonds["unit"]) \
                        or RETENTION[period] != retention(m["retention"]):
                    self.add("Z8", self.place(m), "与全宗、年度、期限、机构一致", m["archival_code"])
                runs.setdefault(m["archival_code"].rsplit("-", 1)[0], set()).add(int(item))
            for key in ("档号 " + m["archival_code"],
                        m.get("document_number") and "文号和题名 %s %s" % (m["document_number"], m["title"])):
                if key and key in seen:
                    self.add("Z9", self.place(m), "不重复", "%s 与 %s 相同" % (key, seen[key]))
                if key:
                    seen[key] = m["id"]
        for run, numbers in sorted(runs.items()):
            gaps = [n for n in range(min(numbers), min(max(numbers), min(numbers) + 100000)) if n not in numbers]
            for n in gaps[:1000]:
                self.add("W6", "%s-%04d" % (run, n), "件号连续", "缺号")

    def contents(self):
        seen = {}
        for item in self.items:
            if not item["files"]:
                self.add("W7", item["folder"], "至少一个文件", "没有")
            for line in item["files"]:
                path = item["folder"] + "/" + line["name"]
                if path not in self.files:
                    self.add("Z10", path, "在包内", "没有这个文件")
                    continue
                if self.files[path] != line["size"]:
                    self.add("Z10", path, "%s 字节" % line["size"], "%d 字节" % self.files[path])
                elif self.sha[path] != line["sha256"] or (self.want_sm3 and self.sm3[path] != line["sm3"]):
                    self.add("Z10", path, line["sha256"], self.sha[path])
                if self.files[path] == 0:
                    self.add("W7", path, "大于 0 字节", "0 字节")
                elif self.sha[path] in seen:
                    self.add("Z9", path, "内容不重复", "与 %s 内容相同" % seen[self.sha[path]])
                seen[self.sha[path]] = path
                extension = line["name"].rsplit(".", 1)[-1].lower()
                magic = known_magic(line["name"])
                if magic is None:
                    self.add("K3", path, "长期保存格式", "扩展名 %s 不在允许之列" % extension)
                elif not self.head.get(path, b"").startswith(magic):
                    self.add("K3", path, extension + " 文件", "文件开头不是这种格式")

    def folders(self):
        known = set()
        for item in self.items:
            folder = "%s%s/%s" % (self.root, self.bundle["fonds"]["year"], item["metadata"]["archival_code"])
            if item["folder"] != folder:
                self.add("W11", item["folder"], folder, "不符")
            known.update(item["folder"] + "/" + name for name in [l["name"] for l in item["files"]] + [METADATA])
        here = {path for path in self.files if path.startswith(self.root)}
        for path in sorted(here - known):
            self.add("W11", path, "", "不属于任何一件")
        for path in sorted(known - here):
            self.add("W11", path, "在包内", "没有这个文件")

    def forms(self):
        note, count = self.text(NOTE), len(self.items)
        lines = {}
        for line in (note or "").splitlines():
            key, _, value = line.partition("：")
            lines[key] = value.strip()
        if note is None:
            self.add("Z12", NOTE, "在包内", "没有这个文件，或不是 UTF-8 文本")
        for key in ("移交单位", "内容描述", "起止档号", "档案数量", "软硬件环境"):
            if note is not None and not lines.get(key):
                self.add("K6" if key == "软硬件环境" else "Z12", NOTE, "有“%s”" % key, "没有或为空")
        if note is not None and lines.get("档案数量") != "%d 件" % count:
            self.add("W1", NOTE, "%d 件" % count, lines.get("档案数量", "读不出"))
        if self.info.get("Item-Count") != str(count):
            self.add("W1", "bag-info.txt", "%d 件" % count, self.info.get("Item-Count", "读不出"))
        root = self.tree(CATALOGUE)
        if root is None or root.tag != "目录文件":
            self.add("Z12", CATALOGUE, "目录文件", "没有或读不出")
            return
        if len(root) != count:
            self.add("W1", CATALOGUE, "%d 件" % count, "%d 件" % len(root))
        self.rows(CATALOGUE, list(root), [i["metadata"] for i in self.items], (
            ("档号", lambda m: m["archival_code"]), ("责任者", lambda m: m["responsible"]),
            ("题名", lambda m: m["title"]), ("日期", lambda m: m["date"].replace("-", "")),
            ("保管期限", lambda m: retention(m["retention"])), ("密级", lambda m: secrecy(m["secrecy"])),
            ("页数", lambda m: str(m["pages"]))), "顺序号",
            ["顺序号", "档号", "责任者", "题名", "日期", "保管期限", "密级", "页数", "备注"])

    def rows(self, path, rows, wanted, fields, number, names):
        """一张目录的各行：项目的次序、序号、与机读清单一致。"""
        for at, row in enumerate(rows):
            if [c.tag for c in row] != names:
                self.add("Z12", path, "、".join(names), "第 %d 行的项目为 %s" % (at + 1, "、".join(c.tag for c in row)))
            if child(row, number) != str(at + 1):
                self.add("Z5", path, "%s %d" % (number, at + 1), child(row, number))
        if len(rows) != len(wanted):
            self.add("W1", path, "%d 件" % len(wanted), "%d 件" % len(rows))
        for row, m in zip(rows, wanted):
            for field, value in fields:
                if child(row, field) != value(m).strip():
                    self.add("Z5", path, "%s%s %s" % (self.place(m), field, value(m)), child(row, field))

    def eep(self, item, second):
        path, m = item["folder"] + "/" + METADATA, item["metadata"]
        root = self.tree(path)
        if root is None:
            self.add("Z11", path, "可读的元数据", "没有或读不出")
            return
        content = root.find(EEP + "被签名对象/" + EEP + "封装内容")
        entity = content.find(EEP + "文件实体块/" + EEP + "文件实体") if content is not None else None
        if entity is None:
            self.add("W3", path, "有“文件实体”", "没有")
            return
        def value(*names):
            return child(entity, *[EEP + n for n in names])
        for names, wanted in (
                (("存储位置", "当前位置"), item["folder"]), (("内容描述", "题名"), m["title"]),
                (("内容描述", "责任者"), m["responsible"]), (("内容描述", "密级"), secrecy(m["secrecy"])),
                (("内容描述", "日期"), m["date"]), (("内容描述", "文种"), m["genre"]),
                (("内容描述", "文件编号"), m.get("document_number") or ""),
                (("形式特征", "页数"), str(m["pages"])), (("档号", "保管期限"), retention(m["retention"])),
                (("档号", "全宗号"), self.bundle["fonds"]["number"]), (("档号", "年度"), str(self.bundle["fonds"]["year"])),
                (("档号", "室编件号"), m["archival_code"].rsplit("-", 1)[-1])):
            if value(*names) != wanted.strip():
                missing = entity.find("/".join(EEP + n for n in names)) is None
                self.add("W3" if missing else "Z11", path, "%s %s" % (names[-1], wanted), value(*names) or "没有")
        for name in ("聚合层次", "电子文件号"):
            if not value(name):
                self.add("W3", path, "有“%s”" % name, "没有")
        documents = entity.findall(EEP + "文件数据/" + EEP + "文档")
        names = [child(d, EEP + "文档数据", EEP + "编码", EEP + "电子属性", EEP + "计算机文件名") for d in documents]
        if names != [l["name"] for l in item["files"]]:
            self.add("Z11", path, "、".join(l["name"] for l in item["files"]), "、".join(names))
        for document, name in zip(documents, names):
            file = item["folder"] + "/" + name
            code = document.find(EEP + "文档数据/" + EEP + "编码")
            size = child(code, EEP + "电子属性", EEP + "计算机文件大小")
            try:
                digest = base64.b64decode(child(code, EEP + "编码数据"), validate=True).hex()
            except (binascii.Error, ValueError):
                digest = "不是 base64"
            if file in self.files and digest != self.sha[file]:
                self.add("Z10", path, "%s 的摘要 %s" % (name, self.sha[file]), digest)
            if file in self.files and size != str(self.files[file]):
                self.add("Z10", path, "%s %d 字节" % (name, self.files[file]), size)
        acts = [child(e, EEP + "业务行为") for e in content.findall(EEP + "业务实体块/" + EEP + "业务实体")]
        for act in ("形成", "归档", "移交") if second else ("形成", "移交"):
            if act not in acts:
                self.add("W5", path, "有“%s”的业务实体" % act, "没有")
        organs = {child(e, EEP + "机构人员标识符") for e in content.findall(EEP + "机构人员实体块/" + EEP + "机构人员实体")}
        for e in content.findall(EEP + "业务实体块/" + EEP + "业务实体"):
            if child(e, EEP + "机构人员标识符") not in organs:
                self.add("W5", path, "业务实体所指的机构人员", child(e, EEP + "机构人员标识符") or "没有")

    # -- 第 2 版的各表

    def extra_forms(self):
        everything = sorted(self.everything, key=lambda m: m["archival_code"].encode())
        for path, root_name, group, names, number in (
                (LIST, "归档文件目录", "目录", ["序号", "档号", "文号", "责任者", "题名", "日期", "密级", "页数", "备注"], "序号"),
                (VOLUMES, "卷内文件目录", "案卷", ["顺序号", "文号", "责任者", "题名", "日期", "页号", "备注"], "顺序号")):
            root = self.tree(path)
            if root is None or root.tag != root_name:
                self.add("Z12", path, root_name, "没有或读不出")
                continue
            series = {}
            for m in everything:
                series.setdefault(m["archival_code"].rsplit("-", 1)[0], []).append(m)
            groups = root.findall(group)
            if len(groups) != len(series):
                self.add("W1", path, "%d 部分" % len(series), "%d 部分" % len(groups))
            for one, (_, wanted) in zip(groups, sorted(series.items(), key=lambda s: s[0].encode())):
                fields = [("责任者", lambda m: m["responsible"]), ("题名", lambda m: m["title"]),
                          ("日期", lambda m: m["date"].replace("-", "")),
                          ("文号", lambda m: m.get("document_number") or "")]
                if path == LIST:
                    fields += [("档号", lambda m: m["archival_code"]), ("页数", lambda m: str(m["pages"]))]
                self.rows(path, one.findall("件"), wanted, fields, number, names)
        prefix = "data/%s/" % self.bundle["fonds"]["number"]
        mine = sorted(p for p in self.files if p.startswith(prefix))
        octets = sum(self.files[p] for p in mine)
        form = self.json(HANDOVER)
        if isinstance(form, dict):
            for field, wanted, found in (
                    ("文件", len(self.items), (form.get("移交电子档案数量") or {}).get("文件")),
                    ("字节", octets, (form.get("移交数据量") or {}).get("字节"))):
                if found != wanted:
                    self.add("W1" if field == "文件" else "W2", HANDOVER, "%s %d" % (field, wanted), found)
            for field, wanted in (("载体起止顺序号", self.bundle["id"]),):
                if form.get(field) != wanted:
                    self.add("Z12", HANDOVER, "%s %s" % (field, wanted), form.get(field))
            # 登记表上凡是数据推得出的，都要相符；签名、盖章只有人能认。
            thousandths = -(-octets // 1000000)
            series = {m["archival_code"].rsplit("-", 1)[0] for m in self.everything}
            for names, wanted in (
                    (("移交电子档案数量", "文件"), len(self.items)), (("移交电子档案数量", "案卷"), len(series)),
                    (("移交数据量", "字节"), octets),
                    (("移交数据量", "GB"), "%d.%03d" % (thousandths // 1000, thousandths % 1000)),
                    (("载体起止顺序号",), self.bundle["id"]), (("移交日期",), self.bundle["date"]),
                    (("移交单位", "单位"), self.bundle["sender"]), (("接收单位", "单位"), self.bundle["receiver"])):
                found = form
                for name in names:
                    found = found.get(name) if isinstance(found, dict) else None
                if found != wanted or isinstance(found, bool):
                    self.add("Z14", HANDOVER, "%s %s" % ("/".join(names), wanted), "没有" if found is None else found)
        table = self.json(SUMS)
        row = (table.get("摘要") or [{}])[0] if isinstance(table, dict) else None
        if row is not None:
            for name, digest, real in (("SHA-256", hashlib.sha256(), self.sha), ("SM3", new_sm3(), self.sm3)):
                if not real:
                    continue
                digest.update("".join("%s  %s\n" % (real[p], p) for p in sort_bytes(mine)).encode())
                computed = digest.hexdigest()
                if row.get(name) != computed:
                    self.add("Z14", SUMS, "%s %s" % (name, computed), row.get(name))
            if row.get("字节") != octets or row.get("文件数") != len(mine):
                self.add("Z14", SUMS, "%d 字节、%d 个文件" % (octets, len(mine)),
                         "%s 字节、%s 个文件" % (row.get("字节"), row.get("文件数")))

    def premis(self):
        root = self.tree(PREMIS)
        if root is None or root.tag != PREMIS_NS + "premis" or root.get("version") != "3.0":
            self.add("Z12", PREMIS, "PREMIS 3.0", "没有或读不出")
            return
        n, listed = PREMIS_NS, set()
        for item in root.findall(n + "object"):
            path = child(item, n + "objectIdentifier", n + "objectIdentifierValue")
            if path in listed:
                self.add("Z10", PREMIS, "不重复", path)
            listed.add(path)
            if path not in self.files:
                self.add("Z10", PREMIS, "对象在包内", path)
                continue
            facts = item.find(n + "objectCharacteristics")
            stated = {child(f, n + "messageDigestAlgorithm"): child(f, n + "messageDigest")
                      for f in (facts.findall(n + "fixity") if facts is not None else [])}
            for name, real in (("SHA-256", self.sha), ("SM3", self.sm3)):
                if real and stated.get(name) != real[path]:
                    self.add("Z10", PREMIS, "%s %s %s" % (path, name, real[path]), stated.get(name, "没有"))
            if child(facts, n + "size") != str(self.files[path]):
                self.add("Z10", PREMIS, "%s %d 字节" % (path, self.files[path]), child(facts, n + "size"))
        for path in sorted(p for p in self.files if p.startswith("data/") and p not in listed):
            self.add("Z10", PREMIS, "有对象 " + path, "没有")
        agents = {child(a, n + "agentIdentifier", n + "agentIdentifierValue") for a in root.findall(n + "agent")}
        events = root.findall(n + "event")
        if not events:
            self.add("W5", PREMIS, "有事件", "没有")
        for event in events:
            for link in event.findall(n + "linkingAgentIdentifier"):
                if child(link, n + "linkingAgentIdentifierValue") not in agents:
                    self.add("W5", PREMIS, "事件所指的责任者", child(link, n + "linkingAgentIdentifierValue"))
            for link in event.findall(n + "linkingObjectIdentifier"):
                if child(link, n + "linkingObjectIdentifierValue") not in listed:
                    self.add("W5", PREMIS, "事件所指的对象", child(link, n + "linkingObjectIdentifierValue"))

    def log(self):
        root = self.tree(LOG)
        if root is None or root.tag != "业务日志" or not len(root):
            self.add("S8", LOG, "业务日志", "没有或读不出")
            return
        last = "0" * 64
        for at, entry in enumerate(root):
            values = [child(entry, k) for k in ("序号", "时间", "行为", "责任者", "对象", "描述")]
            digest = hashlib.sha256("\n".join([last] + values + [""]).encode()).hexdigest()
            if values[0] != str(at + 1) or child(entry, "前项摘要") != last or child(entry, "本项摘要") != digest:
                self.add("S8", LOG, "第 %d 项 %s" % (at + 1, digest), child(entry, "本项摘要"))
            last = child(entry, "本项摘要")


def sort_bytes(paths):
    return sorted(paths, key=lambda p: p.encode())


def is_date(text):
    match = re.match(r"^(\d{4})-(\d{2})-(\d{2})$", text) if isinstance(text, str) else None
    if not match:
        return False
    year, month, day = map(int, match.groups())
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return 1 <= month <= 12 and 1 <= day <= days[month - 1]


def retention(value):
    return {"permanent": "永久", "years30": "30年", "years10": "10年"}.get(value, value)


def secrecy(value):
    return {"public": "公开", "internal": "内部"}.get(value, value)


def verify(path, want_sm3=True):
    """核验一个归档包；给出结论和全部发现。"""
    try:
        bag = DirBag(path) if os.path.isdir(path) else ZipBag(path)
    except Refused as refused:
        line = {"check": "S7", "path": refused.name, "found": refused.reason}
        return {"accepted": False, "findings": [line], "checks": {"S7": "FAIL"}, "skipped": [], "id": None, "files": 0}
    verifier = Verifier(bag, want_sm3)
    verifier.run()
    bad = {f["check"] for f in verifier.found}
    checks = {}
    for code, _ in CHECKS:
        if code in bad:
            checks[code] = "WARN" if code in WARNINGS else "FAIL"
        else:
            checks[code] = "PASS" if code in verifier.done else "NA"
    return {"accepted": "FAIL" not in checks.values(), "id": bag.name or (verifier.bundle or {}).get("id"), "files": len(verifier.files),
            "checks": checks, "findings": verifier.found, "skipped": verifier.skipped}


def main(arguments):
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    options = [a for a in arguments if a.startswith("--")]
    paths = [a for a in arguments if not a.startswith("--")]
    if len(paths) != 1 or any(o not in ("--json", "--no-sm3") for o in options):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        result = verify(paths[0], "--no-sm3" not in options)
    except OSError as error:
        print("读不出 %s：%s" % (paths[0], error), file=sys.stderr)
        return 2
    if "--json" in options:
        print(json.dumps(result, ensure_ascii=False, indent=1))
    else:
        words = {"PASS": "通过　", "FAIL": "不通过", "WARN": "警告　", "NA": "未检测"}
        for code, name in CHECKS:
            if code not in result["checks"]:
                continue
            print("%s %-4s %s" % (words[result["checks"][code]], code, name))
            for f in result["findings"]:
                if f["check"] == code:
                    print("       · %s%s%s" % (f["path"], "　应为 " + f["expected"] if "expected" in f else "",
                                               "　实为 " + f["found"] if "found" in f else ""))
        for line in result["skipped"]:
            print("注意：" + line)
        print("核验结论：%s（%s，%d 个文件）。来源、电子签名、病毒和内容须人工确认。" % (
            "合格" if result["accepted"] else "不合格", result["id"] or paths[0], result["files"]))
    return 0 if result["accepted"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
