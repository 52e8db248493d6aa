# make run: the page at http://127.0.0.1:7860.  make test: lint, types, every test.
.PHONY: run test check check-fast cover fix bench lock sbom audit

run:
	@sh scripts/install.sh run
	@.venv/bin/python app.py

test:
	@sh scripts/install.sh test
	@sh scripts/check.sh

check:  # what `make test` runs, without installing
	@sh scripts/check.sh

check-fast:  # the inner loop: no browser, no database server
	@sh scripts/check.sh fast

cover:  # every test again, twice as slow, and what of the program none of them runs
	@sh scripts/check.sh --cov --cov-report=term:skip-covered

fix:  # format and mend what the linter can
	@.venv/bin/ruff check --fix-only --quiet . ; .venv/bin/ruff format .

lock:  # after a change of requirements*.txt; UPGRADE=1 takes the newest of what they need
	@sh scripts/install.sh tools
	@.venv/bin/python -m scripts.lock $(if $(UPGRADE),--upgrade)

sbom:  # what is installed, with licences, as CycloneDX in var/sbom.json
	@sh scripts/install.sh tools
	@var/tools/bin/cyclonedx-py environment .venv --of JSON --output-file var/sbom.json
	@echo "var/sbom.json: $$(grep -c '"bom-ref"' var/sbom.json) components"

audit:  # known vulnerabilities of what is locked; needs a network
	@sh scripts/install.sh tools
	@.venv/bin/python -m scripts.audit

bench:  # quality, speed and memory, printed
	@.venv/bin/python -m benchmarks
