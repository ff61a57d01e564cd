"""
Django system checks: what loaded settings alone can show wrong.
"""
