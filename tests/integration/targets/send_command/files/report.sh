#!/bin/sh
echo "report of $(hostname)"
