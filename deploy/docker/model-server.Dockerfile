# vLLM for NVIDIA GPUs with our start-up:
#   docker build -f deploy/docker/model-server.Dockerfile -t careline/model-server .
# The same version that the tests run on a processor (requirements-vllm.in).
FROM vllm/vllm-openai:v0.32.0
COPY deploy/model-server /opt/careline
ENV HOME=/tmp HF_HUB_OFFLINE=1 PYTHONUNBUFFERED=1
ENTRYPOINT ["python3", "/opt/careline/serve.py"]
