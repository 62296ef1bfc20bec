"""The model file as an independent reader sees it: tests/python/safetensors_test.py LOOKALIKE

Trains a small model of every family and opens it with Python's safetensors: the tensors are there, finite, of the shapes
that the plan says; the metadata holds card and plan; nothing in the file names a person.
"""
import csv
import json
import os
import subprocess
import sys
import tempfile
import unittest

import numpy
from safetensors import safe_open

FAMILIES = ("centroid", "logistic", "svm", "one_class")
PROGRAM = os.path.abspath(sys.argv.pop(1))


def run(*words):
    subprocess.run([PROGRAM, *words, "--quiet"], check=True, stderr=subprocess.DEVNULL)


class ModelFile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.world = os.path.join(cls.folder.name, "world")
        run("simulate", "pool", "--seeds-count", "150", "--prospects", "2000", "--out", cls.world)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def train(self, family):
        path = os.path.join(self.folder.name, family + ".safetensors")
        if not os.path.exists(path):
            run("train", "--seeds", self.world + "/seeds.csv", "--pool", self.world + "/pool.csv", "--family", family, "--folds", "5",
                "--model", path)
        return path

    def test_tensors_are_finite_and_every_member_is_there(self):
        for family in FAMILIES:
            with self.subTest(family), safe_open(self.train(family), "numpy") as model:
                names = list(model.keys())
                keys = json.loads(model.metadata()["keys"])
                count = keys["members"] + keys.get("seed_members", 0)
                self.assertEqual(count, 10 if family == "svm" else 5)
                self.assertEqual({name.split(".")[1] for name in names if name.startswith("member.")}, set(map(str, range(count))))
                for name in names:
                    self.assertTrue(numpy.isfinite(model.get_tensor(name)).all(), name)

    def test_metadata_tells_family_and_card(self):
        for family in FAMILIES:
            with self.subTest(family), safe_open(self.train(family), "numpy") as model:
                metadata = model.metadata()
                self.assertEqual(metadata["family"], family)
                card = json.loads(metadata["card"])
                self.assertEqual(card["family"]["name"], family)
                self.assertEqual(card["family"]["members"], 5)
                self.assertIn("columns:", metadata["plan"])

    def test_the_reference_counts_the_sampled_pool(self):
        with safe_open(self.train("logistic"), "numpy") as model:
            sampled = json.loads(model.metadata()["card"])["pool"]["sampled"]
            features = json.loads(model.metadata()["card"])["columns"]["features"]
            self.assertEqual(model.get_tensor("reference").sum(), sampled * features)

    def test_nobody_is_named(self):
        with open(self.world + "/seeds.csv", encoding="utf-8") as file:
            people = list(csv.DictReader(file))
        for family in FAMILIES:
            with open(self.train(family), "rb") as file:
                content = file.read()
            for person in people:
                for column in ("contact_id", "email", "phone"):
                    if person[column]:
                        self.assertNotIn(person[column].encode(), content, (family, column))


if __name__ == "__main__":
    result = unittest.main(exit=False, verbosity=1).result
    failed = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - failed} passed, {failed} failed")
    sys.exit(failed > 0)
