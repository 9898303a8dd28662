"""Three Elasticsearch nodes of one cluster on this machine, to lose some of."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from elasticsearch import ApiError, Elasticsearch

from tests.servers.elasticsearch import ElasticsearchServer

NAMES = ("one", "two", "three")
_GREEN_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Cluster:
    """Nodes by name; each index has a copy on two of them."""

    nodes: dict[str, ElasticsearchServer]

    def address(self, index: str) -> str:
        """The address of an index, with all nodes in it."""
        hosts = ",".join(f"127.0.0.1:{node.port}" for node in self.nodes.values())
        return f"http://{hosts}/{index}"

    def client(self) -> Elasticsearch:
        """A client of the nodes that run."""
        return Elasticsearch([node.address for node in self.nodes.values() if node.is_running], request_timeout=60)

    def master(self) -> str:
        """The node that was elected."""
        with self.client() as client:
            state = client.cluster.state(metric=["master_node", "nodes"]).body
        return str(state["nodes"][state["master_node"]]["name"])

    def has_master(self) -> bool:
        """Whether the nodes that are left have elected one, and it answers."""
        try:
            with self.client() as client:
                client.cluster.health(master_timeout="1s", timeout="1s")
        except ApiError:
            return False
        return True

    def holder(self, index: str) -> str:
        """The node with the copy of an index that changes go to first."""
        with self.client() as client:
            copies: list[Any] = list(client.cat.shards(index=index, format="json"))
        return next(str(copy["node"]) for copy in copies if copy["prirep"] == "p")

    def wait_until_green(self, nodes: int = len(NAMES)) -> None:
        """Wait until so many nodes are there and every copy of every index is."""
        with self.client() as client:
            health = client.options(request_timeout=_GREEN_SECONDS + 10).cluster.health(
                wait_for_status="green", wait_for_nodes=str(nodes), timeout=f"{_GREEN_SECONDS}s"
            )
        assert not health["timed_out"], health

    def restore(self) -> None:
        """Start the nodes that are down, and wait until every copy of every index is there."""
        down = [node for node in self.nodes.values() if not node.is_running]
        with ThreadPoolExecutor(len(self.nodes)) as pool:
            list(pool.map(ElasticsearchServer.start, down))
        self.wait_until_green()


@contextmanager
def running_nodes() -> Iterator[Cluster]:
    """Three nodes that found each other; removed in the end."""
    ports = _free_ports(len(NAMES))
    common = {
        "discovery.type": "multi-node",
        "discovery.seed_hosts": "[" + ", ".join(f'"127.0.0.1:{port}"' for port in ports) + "]",
        "cluster.initial_master_nodes": f"[{', '.join(NAMES)}]",
        "cluster.routing.allocation.disk.threshold_enabled": "false",
    }
    with ExitStack() as stack:
        nodes = {}
        for name, port in zip(NAMES, ports, strict=True):
            nodes[name] = ElasticsearchServer({**common, "node.name": name, "transport.port": str(port)})
            stack.callback(nodes[name].remove)
        cluster = Cluster(nodes)
        cluster.restore()
        yield cluster


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        taken = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [each.getsockname()[1] for each in taken]
