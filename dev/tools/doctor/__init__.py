"""`python -m dev doctor`: looks at a deployed environment from outside, with the credentials of the person who asks.

In: the names of app and resource group, and what the repository says should be there. Out: one finding a check, with
what to do. Nothing is changed, and no value of a setting is shown.
"""
