"""Runs the clients that people use, unchanged, against the server: `make test-clients`."""

import asyncio
import json
import os
import subprocess
import tempfile
import unittest
import urllib.request

import numpy
from served import AJAN, ROOT, Served

os.environ["ANONYMIZED_TELEMETRY"] = "False"
KEY = "deneme-anahtari-0123456789"
MODEL = "ajan-embed-mini"
CORPUS = ROOT / "Samples/sss-tr/corpus.jsonl"
QUESTION = "Ekspres teslimat hangi şehirlerde var?"


def cosines(query, passages):
    return numpy.array(passages) @ numpy.array(query)


class ClientTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.index = os.path.join(cls.folder.name, "sss.index")
        subprocess.run(
            [AJAN, "index", str(CORPUS), "--out", cls.index], check=True, capture_output=True
        )
        with open(CORPUS, encoding="utf-8") as lines:
            cls.documents = [json.loads(line) for line in lines][:40]
        cls.texts = [f"{document['title']}. {document['text']}" for document in cls.documents]
        cls.server = Served("--index", cls.index, environment={"AJAN_API_KEYS": KEY})

    @classmethod
    def tearDownClass(cls):
        status = cls.server.stop()
        cls.folder.cleanup()
        assert status == 0, f"the server ended with status {status}"

    def best(self, scores):
        return self.documents[int(numpy.argmax(scores))]["_id"]

    def test_openai(self):
        from openai import AuthenticationError, BadRequestError, NotFoundError, OpenAI

        client = OpenAI(base_url=self.server.url + "/v1", api_key=KEY)
        self.assertIn(MODEL, [model.id for model in client.models.list()])
        passages = client.embeddings.create(model=f"{MODEL}:passage", input=self.texts)
        query = client.embeddings.create(model=f"{MODEL}:query", input=QUESTION)
        self.assertEqual([item.index for item in passages.data], list(range(len(self.texts))))
        self.assertGreater(passages.usage.total_tokens, 1000)
        vectors = [item.embedding for item in passages.data]
        self.assertEqual(self.best(cosines(query.data[0].embedding, vectors)), "kargo-02")
        floats = client.embeddings.create(
            model=f"{MODEL}:query", input=QUESTION, encoding_format="float"
        )
        numpy.testing.assert_allclose(
            floats.data[0].embedding, query.data[0].embedding, rtol=1e-6
        )
        short = client.embeddings.create(model=MODEL, input=[QUESTION], dimensions=64)
        self.assertAlmostEqual(float(numpy.linalg.norm(short.data[0].embedding)), 1, places=5)
        with self.assertRaisesRegex(BadRequestError, "token arrays"):
            client.embeddings.create(model=MODEL, input=[1, 2, 3])
        with self.assertRaises(NotFoundError):
            client.embeddings.create(model="text-embedding-3-small", input="a")
        with self.assertRaises(AuthenticationError):
            OpenAI(base_url=self.server.url + "/v1", api_key="yanlis-anahtar").models.list()

    def test_langchain(self):
        from langchain_openai import OpenAIEmbeddings

        def embeddings(role):
            return OpenAIEmbeddings(
                model=f"{MODEL}:{role}", base_url=self.server.url + "/v1", api_key=KEY,
                check_embedding_ctx_length=False,
            )

        vectors = embeddings("passage").embed_documents(self.texts)
        query = embeddings("query").embed_query(QUESTION)
        self.assertEqual(self.best(cosines(query, vectors)), "kargo-02")

    def test_chromadb(self):
        import chromadb
        from chromadb.utils.embedding_functions import OpenAIEmbeddingFunction

        os.environ["CHROMA_OPENAI_API_KEY"] = KEY

        def function(role):
            return OpenAIEmbeddingFunction(
                model_name=f"{MODEL}:{role}", api_base=self.server.url + "/v1"
            )

        collection = chromadb.EphemeralClient().create_collection(
            "sss", embedding_function=function("passage")
        )
        collection.add(
            ids=[document["_id"] for document in self.documents], documents=self.texts
        )
        found = collection.query(query_embeddings=function("query")([QUESTION]), n_results=3)
        self.assertEqual(found["ids"][0][0], "kargo-02")

    def test_mcp(self):
        from mcp import ClientSession, StdioServerParameters
        from mcp.client.stdio import stdio_client

        async def converse():
            parameters = StdioServerParameters(command=AJAN, args=["mcp", "--index", self.index])
            async with stdio_client(parameters) as streams, ClientSession(*streams) as session:
                await session.initialize()
                await session.send_ping()
                tools = (await session.list_tools()).tools
                self.assertEqual([t.name for t in tools], ["search", "get_document", "embed"])
                found = await session.call_tool("search", {"query": QUESTION, "limit": 3})
                result = structured(found)["results"][0]
                self.assertIn("Ekspres teslimat", found.content[0].text)
                self.assertEqual((result["index"], result["name"]), ("sss", "kargo-02"))
                document = await session.call_tool(
                    "get_document", {"document": result["document"], "index": result["index"]}
                )
                self.assertIn("İstanbul, Ankara ve İzmir", structured(document)["text"])
                piece = await session.call_tool(
                    "get_document", {"document": result["document"], "limit": 10, "offset": 5}
                )
                self.assertEqual(structured(piece)["text"], structured(document)["text"][5:15])
                self.assertEqual(structured(piece)["next_offset"], 15)
                vectors = await session.call_tool("embed", {"texts": ["ışık"], "role": "query"})
                self.assertEqual(structured(vectors)["dimensions"], 384)
                wrong = await session.call_tool("search", {"query": "a", "index": "yok"})
                self.assertTrue(failed(wrong))
                misspelt = await session.call_tool("search", {"query": "a", "filters": ["a=b"]})
                self.assertTrue(failed(misspelt))
                self.assertIn("filter", misspelt.content[0].text)

        # Names changed between versions of the client.
        def structured(result):
            return getattr(result, "structured_content", None) or result.structuredContent

        def failed(result):
            return result.is_error if hasattr(result, "is_error") else result.isError

        asyncio.run(asyncio.wait_for(converse(), 60))

    def test_search(self):
        request = urllib.request.Request(
            self.server.url + "/v1/search",
            data=json.dumps({"query": QUESTION, "limit": 5}).encode(),
            headers={"Authorization": f"Bearer {KEY}"},
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            answer = json.load(response)
        self.assertEqual(answer["hits"][0]["name"], "kargo-02")
        self.assertTrue(answer["hits"][0]["snippet"]["marks"])

    def test_the_log_holds_no_text(self):
        log = json.dumps(self.server.log, ensure_ascii=False)
        self.assertNotIn("hangi şehirlerde", log)
        self.assertNotIn(KEY, log)


if __name__ == "__main__":
    unittest.main()
