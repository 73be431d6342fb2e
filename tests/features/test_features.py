"""The behaviour in Gherkin, on every backend."""

from pytest_bdd import scenarios

scenarios(".")
