# The commands of this project. PORT=, HOST=, DATABASE_URL= and DATA_DIR= work with all of them.
.PHONY: help run test bench fix

help:
	@echo "make run     start the desk on this machine (PORT=8000 HOST=127.0.0.1 DATABASE_URL=… DEMO=no)"
	@echo "make test    every check and test (CHROME=path of a Chromium or Chrome)"
	@echo "make bench   the benchmarks (BENCH=name,name BENCH_JSON=file)"
	@echo "make fix     format, mend, and write the generated files anew"

run:
	@config/setup.sh run
	@config/run.sh

test:
	@config/setup.sh test
	@config/check.sh

bench:
	@config/setup.sh dev
	@.venv/bin/python -m tests.benchmarks

fix:
	@config/setup.sh dev
	@config/fix.sh
