# Kafka and a Mongo-wire server on loopback, for trying out the distributed engine and its tests.
.PHONY: stack stack-down stack-jars

# The venv's Python where there is one: it may have PySpark, whose Ivy fetches jars without Maven.
STACK := $(or $(wildcard $(BIN)/python),$(PYTHON)) -m stack

stack: stack-jars ## start Kafka and a MongoDB stand-in on loopback: eval "$(make -s stack)"
	@$(STACK) up

stack-down: ## stop them and remove their data
	@$(STACK) down

stack-jars: ## fetch the pinned jars of Kafka, Mongo and Spark's connector
	@$(STACK) jars
