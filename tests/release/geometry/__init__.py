"""
A database engine with the one method that PostGIS's has more than Postgres's.

The real one needs GDAL, which pip cannot install; ``tests/services/test_postgis.py`` has it.
"""
