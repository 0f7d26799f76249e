"""Blank stock 空白证书: rolls received, sheets used, sheets written off by two people; it adds up for every roll."""
