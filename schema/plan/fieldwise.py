"""Execution field by field, for what no plan holds: cheaper than graphql-core's own, with the same answer.

Plain leaf fields are read in one loop. A field that has to wait becomes a job: its place in the answer is
kept free, and one loop per request goes on with whichever jobs' data have come, so that no task, gather or
wrapping coroutine is needed for each field, object and list. Whatever is unusual (a null where none may be,
a value that cannot be written, a type that does not fit, introspection) takes graphql-core's own way, by the
methods that are inherited and not overridden.
"""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

import strawberry
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLObjectType,
    GraphQLOutputType,
    experimental_execute_incrementally,
    get_nullable_type,
    is_non_null_type,
    is_object_type,
)
from graphql.execution.collect_fields import CollectedFields, DeferUsage, FieldDetailsList, GroupedFieldSet
from graphql.execution.values import get_argument_values
from graphql.pyutils import Path, Undefined
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types.arguments import convert_arguments

from schema.plan.jobs import Asked, Job, Jobs
from schema.plan.ways import Known, Step, Way, leaf_as_shown, ordinary


async def execute(
    schema: strawberry.Schema,
    document: DocumentNode,
    context: Any,
    variables: dict[str, Any] | None = None,
    operation_name: str | None = None,
) -> ExecutionResult:
    """Executes a document that was parsed and found valid before; what it defers comes with the rest."""
    is_awaitable: Any = optimized_is_awaitable
    result: Any = experimental_execute_incrementally(
        schema._schema,
        document,
        context_value=context,
        variable_values=variables,
        operation_name=operation_name,
        executor_class=Fieldwise,
        is_awaitable=is_awaitable,
        operation_extensions=None,
    )
    return result if isinstance(result, ExecutionResult) else await result


class Fieldwise(StrawberryGraphQLCoreExecutionContext):
    """One operation."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.begin()

    def begin(self) -> None:
        """Starts with nothing."""
        self._jobs = Jobs(self, self.collected_errors.errors)
        self._bubbling: list[tuple[GraphQLError, Path]] = []
        self._data: dict[str, Any] = {}
        self._shape: list[Step] = []

    def execute_collected_root_fields(
        self,
        root_type: GraphQLObjectType,
        root_value: Any,
        grouped_field_set: GroupedFieldSet,
        serially: bool,
        new_defer_usages: Sequence[DeferUsage],
    ) -> Any:
        """Executes the operation."""
        middlewares = self.middleware_manager.middlewares if self.middleware_manager else ()
        if middlewares or self.abort_signal is not None:
            return super().execute_collected_root_fields(
                root_type, root_value, grouped_field_set, serially, ()
            )
        self._shape = self._steps(root_type, grouped_field_set)
        return self._whole(root_type, root_value, serially)

    async def _whole(self, root_type: GraphQLObjectType, root_value: Any, serially: bool) -> dict[str, Any]:
        try:
            for steps in [[step] for step in self._shape] if serially else [self._shape]:
                self._fields(root_type, root_value, None, steps, self._data)
                await self._jobs.settle()
            return self._data
        except (Exception, asyncio.CancelledError):
            await self._jobs.abandon()
            raise

    def _fields(
        self,
        type_: GraphQLObjectType,
        source: Any,
        path: Path | None,
        steps: list[Step],
        results: dict[str, Any],
    ) -> dict[str, Any]:
        """Reads the fields of one object; those that wait follow."""
        for key, read, kept, write, nullable, way in steps:
            if read is not None and write is not None:
                try:
                    value = read(source)
                    if type(value) is kept or (value is None and nullable):
                        results[key] = value
                        continue
                    written = write(value) if ordinary(value) else None
                    if written is not None and written is not Undefined:
                        results[key] = written
                        continue
                except Exception:  # found again, and told, on graphql-core's own way
                    pass
            results[key] = None
            value = self._field(way, source, Path(path, key, type_.name), results)
            if value is Undefined:
                del results[key]
            else:
                results[key] = value
        return results

    def _field(self, way: Way, source: Any, path: Path, results: dict[str, Any]) -> Any:
        """One field that is no plain leaf, or not today; null for now where it has to wait."""
        known, final = way.known, True
        info = Asked(way, path, self.context_value, self.build_resolve_info)
        if known is None or (known.read is not None and known.write is not None):
            value = self.execute_field(way.parent, source, way.details, path, None)
        else:
            try:
                value, final = self._value(way, known, source, info), False
                if ordinary(value) or not self.is_awaitable(value):
                    value, final = self._complete(way, known, value, info), True
            except Exception as error:
                self.handle_field_error(error, way.type, way.details, path)
                return None
        if not self.is_awaitable(value):
            return value
        self._jobs.add(Job(way, info, results, value, final))
        return None

    def _value(self, way: Way, known: Known, source: Any, info: Asked) -> Any:
        if known.read is not None:
            return known.read(source)
        if known.call is None:
            resolve: Any = known.definition.resolve or self.field_resolver
            own = info.whole() if known.field else info  # introspection asks nothing of it
            return resolve(source, own, **self._arguments(way, known))
        told: Any = strawberry.Info(_raw_info=info, _field=known.field)  # type: ignore[arg-type]
        if way.call is None:
            given, schema = self._arguments(way, known), self.schema.extensions["strawberry-definition"]
            declared, registry = known.field.arguments, schema.schema_converter.scalar_registry
            given = convert_arguments(given, declared, registry, schema.config, told)
            way.call = way.prepare(known, given, self.context_value)
        return way.call(source, told)

    def _arguments(self, way: Way, known: Known) -> dict[str, Any]:
        node, _, variables = way.details[0]
        if not known.definition.args and not node.arguments:
            return {}
        return get_argument_values(
            known.definition, node, self.variable_values, variables, self.hide_suggestions
        )

    def _complete(self, way: Way, known: Known, value: Any, info: Asked) -> Any:
        """What the answer shows of the value; to be awaited where graphql-core's own way says so."""
        if value is None and known.nullable:
            return None
        if known.write is not None:
            written = leaf_as_shown(known.write, value)
            if written is not None:
                return written
        elif not known.listed:
            type_ = self._type(way, known, value, info)
            if type_ is not None:
                return self._fields(type_, value, info.path, self._under(way, type_), {})
        elif type(value) in (list, tuple) and known.named is not None:
            types = self._types(way, known, value, info)
            if types is not None:
                return self._list(way, known, value, types, info.path)
        return self.complete_value(way.type, way.details, info.whole(), info.path, value, None)

    def _list(
        self, way: Way, known: Known, values: Sequence[Any], types: list[Any], path: Path
    ) -> list[dict[str, Any] | None]:
        results: list[dict[str, Any] | None] = []
        for index, (value, type_) in enumerate(zip(values, types, strict=True)):
            here = Path(path, index, None)
            try:
                results.append(self._fields(type_, value, here, self._under(way, type_), {}))
            except Exception as error:
                self.handle_field_error(error, known.item_type, way.details, here)
                results.append(None)
        return results

    def _type(self, way: Way, known: Known, value: Any, info: Any) -> GraphQLObjectType | None:
        """The value's type; None where that is for graphql-core to find, or to complain about."""
        if not ordinary(value):
            return None
        named = known.named
        if not isinstance(named, GraphQLObjectType):
            name: Any = (named.resolve_type or self.type_resolver)(value, info, named)
            if (named := known.types.get(name) or self._named(known, name)) is None:
                return None
        fits = named.is_type_of is None or named.is_type_of(value, info) is True
        return named if fits else None

    def _named(self, known: Known, name: Any) -> GraphQLObjectType | None:
        named: Any = self.schema.get_type(name) if isinstance(name, str) else None
        if is_object_type(named) and self.schema.is_sub_type(known.named, named):
            known.types[name] = named
            return named
        return None

    def _types(self, way: Way, known: Known, values: Sequence[Any], info: Asked) -> list[Any] | None:
        """The type of each value; None where there is anything unusual about one."""
        try:
            types = [self._type(way, known, value, info) for value in values]
        except Exception:  # raised again, for that value alone, on graphql-core's own way
            return None
        return None if None in types else types

    def _under(self, way: Way, type_: GraphQLObjectType) -> list[Step]:
        """What is asked for of the field's objects of that type."""
        shape = way.shapes.get(type_.name)
        if shape is None:
            collected = self.collect_subfields(type_, way.details)
            shape = way.shapes[type_.name] = self._steps(type_, collected.grouped_field_set)
        return shape

    def collect_subfields(self, return_type: GraphQLObjectType, details: FieldDetailsList) -> CollectedFields:
        """Collects the fields of an object; none of them is deferred."""
        return super().collect_subfields(return_type, details)._replace(new_defer_usages=[])

    def _steps(self, type_: GraphQLObjectType, grouped: GroupedFieldSet) -> list[Step]:
        return [Way(self.schema, type_, key, details).step() for key, details in grouped.items()]

    def is_dead(self, job: Job) -> bool:
        """Whether the job's place in the answer is gone."""
        return self.collected_errors.has_nulled_position(job.info.path)

    def arrive(self, job: Job, value: Any) -> None:
        """Puts what a job has brought in its place."""
        way = job.way
        try:
            if not job.final and way.known is not None:
                value = self._complete(way, way.known, value, job.info)
                if self.is_awaitable(value):
                    self._jobs.add(Job(way, job.info, job.results, value, True))
                    return
            job.results[way.key] = value
        except Exception as error:
            self.fail(job, error)

    def fail(self, job: Job, raw: Exception) -> None:
        """Tells of an error where a value was to come."""
        try:
            self.handle_field_error(raw, job.way.type, job.way.details, job.info.path)
            job.results[job.way.key] = None
        except GraphQLError as error:
            self._bubbling.append((error, job.info.path))

    def end_round(self) -> None:
        """Nulls, for each error where null may not be, the nearest place around it that may be null."""
        bubbling, self._bubbling = self._bubbling, []
        for error, path in bubbling:
            around = [at for at, type_ in self._positions(path) if not is_non_null_type(type_)]
            if not around:
                raise error
            if not self.collected_errors.has_nulled_position(around[-1]):
                self.collected_errors.add(error, around[-1])
                *keys, last = around[-1].as_list()
                place: Any = self._data
                for key in keys:
                    place = place[key]
                place[last] = None

    def _positions(self, path: Path | None) -> Iterator[tuple[Path, GraphQLOutputType]]:
        """The places in the answer that lie on the path, from the root on, each with its type."""
        chain: list[Path] = []
        while path is not None:
            chain.append(path)
            path = path.prev
        shape, way = self._shape, None
        type_: Any = None
        for at in reversed(chain):
            if isinstance(at.key, str):
                shape = way.shapes[at.typename or ""] if way else shape
                way = next(step[-1] for step in shape if step[0] == at.key)
                type_ = way.type
            else:
                type_ = get_nullable_type(type_).of_type
            yield at, type_
