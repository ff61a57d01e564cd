"""
Real servers for the tests: Postgres of several majors, and a proxy full of faults.
"""
