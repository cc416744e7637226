"""The chat element in headless Chromium, against a running gateway on real Kafka, Postgres and Redis."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, async_playwright, expect
from redis.asyncio import Redis
from tests.fixtures.gateway import AGENT_TOKEN, Gateway, Lab, bearer, echo, kafka_lab, sign, until, verified

from careline.contracts.draft import Citation
from careline.contracts.events import TurnReceived
from careline.contracts.progress import Progress
from careline.contracts.reply import Outcome, Reply
from careline.contracts.topics import TURNS_VERIFIED
from careline.llm.telling import RedisTeller
from careline.messaging import Output

pytestmark = pytest.mark.browser
__all__ = ["kafka_lab"]

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}


def chromium() -> str:
    """The browser's path: CHROMIUM, or what is installed. A missing browser is a failure, not a skip."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "no Chromium: install it (Debian: apt-get install chromium), or name it in CHROMIUM"
    return path


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        await browser.close()


@asynccontextmanager
async def page_of(browser: Browser, gateway: Gateway, path: str = "/?lang=en", **options: Any) -> AsyncIterator[Page]:
    """A page in a profile of its own; the test fails if its console shows an error of a script."""
    context = await browser.new_context(viewport=options.pop("viewport", DESKTOP), **options)
    page = await context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    await page.goto(gateway.url + path)
    await expect(page.locator(".title")).to_have_text(re.compile("Lantern Lane|灯笼巷"))
    yield page
    await context.close()
    assert errors == []


async def write(page: Page, text: str) -> None:
    await page.locator("textarea").fill(text)
    await page.locator("textarea").press("Enter")


async def texts(page: Page, author: str) -> list[str]:
    return await page.locator(f".log .{author}:not(.welcome) p").all_inner_texts()


async def test_a_question_is_answered_and_survives_a_reload(kafka_lab: Lab, browser: Browser) -> None:
    async with kafka_lab.gateway() as gateway, kafka_lab.responder(), page_of(browser, gateway) as page:
        await write(page, "Where is my order?")
        await expect(page.locator(".log .bot p").last).to_have_text("You said: Where is my order?")
        await expect(page.locator(".typing")).to_be_hidden()
        await page.reload()
        await expect(page.locator(".log .bot p").last).to_have_text("You said: Where is my order?")
        assert await texts(page, "customer") == ["Where is my order?"]
        await write(page, "Thanks")
        await expect(page.locator(".log .bot p").last).to_have_text("You said: Thanks")
    assert [len(event.turn.history) for event in kafka_lab.received] == [0, 1]


async def test_text_is_shown_as_text(kafka_lab: Lab, browser: Browser) -> None:
    attack = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script> & <b>bold</b>"
    async with kafka_lab.gateway() as gateway, kafka_lab.responder(), page_of(browser, gateway) as page:
        await write(page, attack)
        await expect(page.locator(".log .bot p").last).to_have_text(f"You said: {attack}")
        assert await page.locator(".log img, .log script, .log b").count() == 0
        assert await page.title() == "Careline web chat"


async def test_an_answer_names_the_article_that_it_is_from(kafka_lab: Lab, browser: Browser) -> None:
    def cited(event: TurnReceived) -> Reply:
        source = Citation(passage="delivery#1", quote="x")
        return Reply(outcome=Outcome.ANSWER, text="In two days.", language="en", citations=(source,))

    async with kafka_lab.gateway() as gateway, kafka_lab.responder(cited), page_of(browser, gateway) as page:
        await write(page, "How long does delivery take?")
        await expect(page.locator(".log .bot cite")).to_have_text("From: Delivery")
        await page.reload()
        await expect(page.locator(".log .bot cite")).to_have_text("From: Delivery")


async def test_typing_is_shown_until_the_reply(kafka_lab: Lab, browser: Browser) -> None:
    async with kafka_lab.gateway() as gateway, page_of(browser, gateway) as page:
        await write(page, "hello")
        await expect(page.locator(".typing")).to_be_visible()
        async with kafka_lab.responder():
            await expect(page.locator(".log .bot p").last).to_have_text("You said: hello")
            await expect(page.locator(".typing")).to_be_hidden()


@pytest.mark.parametrize(
    ("language", "looking", "again"),
    [("en", "Looking in the guide…", "Taking a second look…"), ("zh", "正在查阅指南…", "正在再次核对…")],
)
async def test_what_is_being_done_is_said_until_the_reply(
    kafka_lab: Lab, browser: Browser, language: str, looking: str, again: str
) -> None:
    """By Redis, as services tell it; what is told of another turn, or after the reply, is not shown."""
    async with (
        kafka_lab.gateway() as gateway,
        kafka_lab.responder(lambda _: None),
        kafka_lab.service("late") as late,
        Redis.from_url(kafka_lab.redis_url) as redis,
        page_of(browser, gateway, f"/?lang={language}") as page,
    ):
        stage, teller = page.locator(".typing .stage"), RedisTeller(redis)
        await write(page, "hello")
        await expect(page.locator(".typing")).to_be_visible()
        await expect(stage).to_have_text("")
        await until(lambda: asyncio.sleep(0.01, bool(kafka_lab.received)))
        ref = kafka_lab.received[-1].ref
        await expect(page.locator(".log .customer[data-state=sent]")).to_have_count(1)
        await teller.tell(ref, Progress(turn="another", stage="again"))
        await teller.tell(ref, Progress(turn=ref.turn, stage="looking"))
        await expect(stage).to_have_text(looking)
        await page.screenshot(path=screenshots() / f"webchat-progress-{language}.png")
        await teller.tell(ref, Progress(turn=ref.turn, stage="again"))
        await expect(stage).to_have_text(again)
        await late.publish(Output(TURNS_VERIFIED, verified(ref, echo(kafka_lab.received[-1]))))
        await expect(page.locator(".log .bot p").last).to_have_text("You said: hello")
        await expect(page.locator(".typing")).to_be_hidden()
        await expect(stage).to_have_text("")
        await teller.tell(ref, Progress(turn=ref.turn, stage="looking"))
        await page.reload()
        await expect(page.locator(".log .bot p").last).to_have_text("You said: hello")
        await expect(stage).to_have_text("")


async def test_a_lost_answer_is_sent_again_as_the_same_message(kafka_lab: Lab, browser: Browser) -> None:
    async with kafka_lab.gateway() as gateway, kafka_lab.responder(), page_of(browser, gateway) as page:
        lost: list[int] = []

        async def lose(route: Route) -> None:
            """The first request arrives, its answer does not."""
            if route.request.method != "POST" or lost:
                await route.continue_()
                return
            response = await route.fetch()
            lost.append(response.status)
            await route.abort()

        await page.route("**/messages", lose)
        await write(page, "only once")
        await expect(page.locator(".log .bot p").last).to_have_text("You said: only once")
        await expect(page.locator(".log .customer[data-state=sent]")).to_have_count(1)
        assert lost == [202]
        assert await texts(page, "customer") == ["only once"]
    assert len(kafka_lab.received) == 1


async def test_what_is_written_without_a_connection_is_sent_later(kafka_lab: Lab, browser: Browser) -> None:
    async with kafka_lab.gateway() as gateway, kafka_lab.responder(), page_of(browser, gateway) as page:
        await page.context.set_offline(True)
        await write(page, "written offline")
        await expect(page.locator(".log .customer time").last).to_have_text("Waiting for the connection…")
        await page.context.set_offline(False)
        await expect(page.locator(".log .bot p").last).to_have_text("You said: written offline", timeout=15_000)


async def test_a_gateway_that_restarts_is_found_again(kafka_lab: Lab, browser: Browser) -> None:
    async with kafka_lab.responder():
        async with kafka_lab.gateway() as gateway:
            port = int(gateway.url.rpartition(":")[2])
            context = await browser.new_context(viewport=DESKTOP)
            page = await context.new_page()
            await page.goto(gateway.url + "/?lang=en")
            await write(page, "before")
            await expect(page.locator(".log .bot p").last).to_have_text("You said: before")
        await expect(page.locator(".notice")).to_be_visible()
        await write(page, "meanwhile")
        async with kafka_lab.gateway(CARELINE_HTTP_PORT=port):
            await expect(page.locator(".log .bot p").last).to_have_text("You said: meanwhile", timeout=20_000)
            await expect(page.locator(".notice")).to_be_hidden()
        await context.close()


async def test_a_refused_message_says_so_and_the_next_one_goes_through(kafka_lab: Lab, browser: Browser) -> None:
    async with kafka_lab.gateway() as gateway, kafka_lab.responder(), page_of(browser, gateway) as page:
        await page.evaluate("document.getElementById('chat').send('é'.repeat(5000))")
        failed = page.locator(".log .customer[data-state=failed]")
        await expect(failed.locator("time")).to_have_text("Too long to send")
        await write(page, "short")
        await expect(page.locator(".log .bot p").last).to_have_text("You said: short")


async def test_a_signed_customer_and_chinese_labels(kafka_lab: Lab, browser: Browser) -> None:
    async with kafka_lab.gateway() as gateway, kafka_lab.responder():
        path = f"/?lang=zh#token={quote(sign('shop', 'C-1001'))}"
        async with page_of(browser, gateway, path) as page:
            await expect(page.locator(".title")).to_have_text("灯笼巷")
            await expect(page.locator("textarea")).to_have_attribute("placeholder", "请输入消息…")
            await expect(page.locator("#who")).to_contain_text("C-1001")
            await write(page, "我的订单在哪里？")
            await expect(page.locator(".log .bot p").last).to_have_text("You said: 我的订单在哪里？")
    assert kafka_lab.received[0].turn.identity.customer == "C-1001"


async def test_an_unknown_business_and_an_expired_sign_in_are_said(kafka_lab: Lab, browser: Browser) -> None:
    async with kafka_lab.gateway() as gateway:
        page = await browser.new_page()
        await page.goto(f"{gateway.url}/?lang=en&tenant=nobody")
        await expect(page.locator(".notice")).to_have_text("This chat is not set up: no such business.")
        await page.goto(f"{gateway.url}/?lang=en#token={quote(sign('shop', 'C-1', ttl_s=-1))}")
        await page.reload()
        await expect(page.locator(".notice")).to_have_text("Your sign-in has expired. Please sign in again.")


def person(event: TurnReceived) -> Reply:
    return Reply(outcome=Outcome.HANDOVER, text="A team member will write to you.", language="en", reason="asked")


async def test_a_person_takes_over_in_sight_of_the_customer(kafka_lab: Lab, browser: Browser) -> None:
    async with kafka_lab.gateway() as gateway, kafka_lab.responder(person), page_of(browser, gateway) as page:
        await write(page, "Can I talk to a person?")
        await expect(page.locator(".status")).to_have_text("Waiting for a team member")
        async with httpx.AsyncClient(base_url=gateway.url, headers=bearer(AGENT_TOKEN)) as http:
            (row,) = (await http.get("/v1/agent/conversations")).json()
            one = f"/v1/agent/conversations/shop/{row['conversation']}"
            await http.post(f"{one}/take", json={"agent": "Ada"})
            await expect(page.locator(".status")).to_have_text("A team member is here")
            await http.post(f"{one}/answer", json={"agent": "Ada", "text": "Hello, this is Ada."})
            await expect(page.locator(".log .agent p")).to_have_text("Hello, this is Ada.")
            await http.post(f"{one}/hand-back", json={"agent": "Ada"})
            await expect(page.locator(".status")).to_have_text("Replies at once")
            await page.screenshot(path=screenshots() / "webchat-handover.png")


async def test_a_screen_reader_and_a_keyboard_find_their_way(kafka_lab: Lab, browser: Browser) -> None:
    async with kafka_lab.gateway() as gateway, kafka_lab.responder(), page_of(browser, gateway) as page:
        await expect(page.get_by_role("region", name="Chat")).to_be_visible()
        await expect(page.get_by_role("log", name="Messages")).to_be_visible()
        await page.get_by_role("textbox", name="Write a message…").fill("by keyboard")
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("button", name="Send")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.locator(".log .bot p").last).to_have_text("You said: by keyboard")
        await expect(page.locator("textarea")).to_be_focused()


@asynccontextmanager
async def shop_page(html: str) -> AsyncIterator[str]:
    """A web server of somebody else: another origin, with `html` at every address."""

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(html)}\r\nConnection: close\r\n\r\n"
        writer.write((head + html).encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_embedded_in_another_page_it_floats_and_opens(kafka_lab: Lab, browser: Browser) -> None:
    async with kafka_lab.gateway() as gateway, kafka_lab.responder():
        html = f'<body><script type="module" src="{gateway.url}/careline-chat.js"></script>'
        html += '<careline-chat tenant="shop" lang="en" floating></careline-chat>'
        async with shop_page(html) as shop:
            page = await browser.new_page(viewport=PHONE)  # type: ignore[arg-type]
            await page.goto(shop)
            await expect(page.locator(".panel")).to_be_hidden()
            await page.get_by_role("button", name="Open chat").click()
            await write(page, "from elsewhere")
            await expect(page.locator(".log .bot p").last).to_have_text("You said: from elsewhere")
            await page.screenshot(path=screenshots() / "webchat-floating.png")
            await page.keyboard.press("Escape")
            await expect(page.locator(".panel")).to_be_hidden()


async def test_a_page_of_a_foreign_origin_is_refused_where_origins_are_named(kafka_lab: Lab, browser: Browser) -> None:
    async with kafka_lab.gateway(CARELINE_ORIGINS="https://shop.example") as gateway:
        question = (
            f"fetch('{gateway.url}/v1/sessions', {{method: 'POST', body: '{{}}'}}).then(r => r.status, e => 'blocked')"
        )
        async with shop_page("<body>") as shop:
            page = await browser.new_page()
            await page.goto(shop)
            assert await page.evaluate(question) == "blocked"
        async with page_of(browser, gateway) as own:
            await expect(own.locator(".notice")).to_be_hidden()


def screenshots() -> Path:
    """Where screenshots are kept for a person to look at: CARELINE_SCREENSHOTS, else a folder that is forgotten."""
    return Path(os.environ.get("CARELINE_SCREENSHOTS") or tempfile.mkdtemp())


@pytest.mark.parametrize(("name", "viewport", "scheme"), [("desktop", DESKTOP, "light"), ("phone", PHONE, "dark")])
async def test_it_fits_the_screen(
    kafka_lab: Lab, browser: Browser, name: str, viewport: dict[str, int], scheme: str
) -> None:
    """Nothing is cut off or scrolls sideways; the screenshot is kept where CARELINE_SCREENSHOTS says."""
    async with (
        kafka_lab.gateway() as gateway,
        kafka_lab.responder(),
        page_of(browser, gateway, viewport=viewport, color_scheme=scheme, reduced_motion="reduce") as page,
    ):
        for text in ("How long does delivery take to an island?", "A" * 120):
            await write(page, text)
            await expect(page.locator(".log .bot p").last).to_have_text(f"You said: {text}")
        sideways = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert await page.evaluate(sideways) is False
        box = await page.locator("textarea").bounding_box()
        assert box
        assert box["y"] + box["height"] <= viewport["height"]
        bubble = await page.locator(".log .customer p").last.bounding_box()
        panel = await page.locator(".panel").bounding_box()
        assert bubble
        assert panel
        assert bubble["x"] + bubble["width"] <= panel["x"] + panel["width"]
        await page.screenshot(path=screenshots() / f"webchat-{name}.png")
