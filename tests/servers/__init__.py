"""
Real servers for the tests: Postgres of several majors, Valkey, and a proxy full of faults.
"""
