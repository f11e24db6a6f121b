"""The tests: unit, contract, flow and repo."""
