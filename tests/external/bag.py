#!/usr/bin/env python3
"""Checks an unpacked bundle with the Library of Congress's BagIt code (RFC 8493), every digest recomputed.

    bag.py DIR...        exit 0 if all are valid, 1 if one is not
"""

import sys

import bagit


def main(folders):
    bad = 0
    for folder in folders:
        try:
            bag = bagit.Bag(folder)
            bag.validate(fast=False)
            print(f"PASS {folder}: BagIt {bag.version}, {len(bag.payload_entries())} payload files")
        except bagit.BagError as error:
            bad += 1
            print(f"FAIL {folder}: {error}")
            for detail in getattr(error, "details", None) or []:
                print(f"    {detail}")
    return 1 if bad or not folders else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
