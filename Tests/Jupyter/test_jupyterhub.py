"""JupyterHub with two users: each has a server of its own, and the kernels of both draw at once."""
import asyncio
import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import time
import urllib.error
import uuid

import pytest
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

import lab
from cells import decoded
from conftest import KERNEL

TOKEN = "a-service-of-these-tests"
USERS = ["ada", "grace"]
CELLS = ['let vit = load("vit")', 'render(vit.logit("church"), steps: 4)']
#: What `pip install configurable-http-proxy` brings; the original, for Node, has the same name and arguments.
PROXY = pathlib.Path(sys.executable).with_name("configurable-http-proxy")

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        importlib.util.find_spec("jupyterhub") is None or not PROXY.exists(),
        reason="JupyterHub is not here, and was not tried: `pip install jupyterhub configurable-http-proxy`"),
]


@pytest.fixture(scope="module")
def hub(environment, tmp_path_factory):
    """The address of a hub. Each user has a home in a folder of the tests, without an account of the system."""
    folder = tmp_path_factory.mktemp("hub")
    address = f"http://127.0.0.1:{lab.free_port()}"
    (folder / "jupyterhub_config.py").write_text(f"""
c.JupyterHub.bind_url = "{address}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{lab.free_port()}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{lab.free_port()}"
c.ConfigurableHTTPProxy.command = ["{PROXY}"]
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allowed_users = {set(USERS)}
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = "{folder}/home/{{username}}"
c.Spawner.cmd = ["{sys.executable}", "-m", "jupyterhub.singleuser"]
c.Spawner.args = ["--allow-root"]
c.Spawner.environment = {{"VITRINE_CACHE": "off", "VITRINE_THREADS": "1"}}
c.JupyterHub.services = [{{"name": "tests", "api_token": "{TOKEN}"}}]
c.JupyterHub.load_roles = [
    {{"name": "tests", "scopes": ["admin:users", "admin:servers", "access:servers"], "services": ["tests"]}}]
""", encoding="utf-8")
    # What a hub notes of itself (its cookies' secret, its database) lies in the folder it starts in.
    own = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "CONFIGPROXY"))}
    own.pop("XDG_STATE_HOME", None)
    with (folder / "log").open("w+") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub"], cwd=folder, env=own, stdout=log, stderr=subprocess.STDOUT)
        try:
            wait_for_the_hub(address, process, log.name)
            yield address
        finally:
            process.terminate()
            process.wait(60)


def wait_for_the_hub(address, process, log):
    """Waits until the hub answers: the proxy is there first, and knows nothing of it yet."""
    for _ in range(600):
        try:
            return lab.wait_until_it_answers(f"{address}/hub/api/", TOKEN, process, log)
        except urllib.error.HTTPError as error:
            assert error.code in (404, 503), error
            assert process.poll() is None, pathlib.Path(log).read_text()
            time.sleep(0.1)
    raise AssertionError(pathlib.Path(log).read_text())


async def ask(path, method="GET", body=None):
    """What the hub or a user's server answers, while others are asked, too."""
    return await asyncio.to_thread(lab.answer, path, TOKEN, method, body)


async def server_of(user, hub):
    """Starts the user's server, and returns its address when it answers."""
    await ask(f"{hub}/hub/api/users/{user}/server", "POST")
    for _ in range(600):
        if (await ask(f"{hub}/hub/api/users/{user}"))["server"]:
            return f"{hub}/user/{user}"
        await asyncio.sleep(0.2)
    raise AssertionError(f"The server of {user} did not start.")


async def run(socket, code):
    """Runs a cell over a websocket, and returns the messages that answer it, up to the kernel's idle."""
    name = uuid.uuid4().hex
    header = {"msg_id": name, "msg_type": "execute_request", "session": "tests", "username": "", "version": "5.5"}
    content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
    await socket.write_message(json.dumps(
        {"channel": "shell", "header": header, "parent_header": {}, "metadata": {}, "content": content, "buffers": []}))
    heard = []
    while not {"execute_reply", "idle"} <= {kind(message) for message in heard}:
        text = await asyncio.wait_for(socket.read_message(), 120)
        assert text, "The kernel's websocket was closed."
        message = json.loads(text)
        if message["parent_header"].get("msg_id") == name:
            heard.append(message)
    return heard


def kind(message):
    return message["content"].get("execution_state") or message["header"]["msg_type"]


async def draw(user, hub):
    """Starts the user's server and a kernel and runs the cells: the server, its kernelspecs, the kernel, messages."""
    server = await server_of(user, hub)
    specs = await ask(f"{server}/api/kernelspecs")
    kernel = await ask(f"{server}/api/kernels", "POST", {"name": KERNEL})
    address = f"{server.replace('http:', 'ws:')}/api/kernels/{kernel['id']}/channels"
    socket = await websocket_connect(HTTPRequest(address, headers={"Authorization": f"token {TOKEN}"}))
    heard = [await run(socket, code) for code in CELLS]
    socket.close()
    return server, specs, kernel, heard


def test_two_users_draw_at_once(hub):
    async def both():
        return await asyncio.gather(*[draw(user, hub) for user in USERS])

    seen = asyncio.run(both())
    for server, specs, _, heard in seen:
        assert KERNEL in specs["kernelspecs"]
        for messages in heard:
            [reply] = [message for message in messages if kind(message) == "execute_reply"]
            assert reply["content"]["status"] == "ok", reply["content"]
        bundles = [message["content"]["data"] for message in heard[-1] if "data" in message["content"]]
        picture = decoded([data["image/png"] for data in bundles if "image/png" in data][-1])
        assert picture.size == (128, 128)
        # Each server lists its own kernel and no other.
        assert len(lab.answer(f"{server}/api/kernels", TOKEN)) == 1
    assert len({kernel["id"] for _, _, kernel, _ in seen}) == 2
    for server, _, kernel, _ in seen:
        lab.answer(f"{server}/api/kernels/{kernel['id']}", TOKEN, "DELETE")
