"""cli placeholder"""
