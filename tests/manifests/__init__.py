"""
Tests of the doctor.
"""
