using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace TransferLearning.Tests.Importing;

/// <summary>What ONNX Runtime makes of a file.</summary>
internal sealed class OnnxOracle : IDisposable
{
    private readonly InferenceSession _session;

    public OnnxOracle(byte[] model) => _session = new InferenceSession(model, Options());

    public OnnxOracle(string path) => _session = new InferenceSession(path, Options());

    /// <summary>The first output for a batch.</summary>
    public float[] Run(float[] values, params int[] shape)
    {
        string input = _session.InputMetadata.Keys.First();
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> outputs =
            _session.Run([NamedOnnxValue.CreateFromTensor(input, new DenseTensor<float>(values, shape))]);
        return [.. outputs[0].AsEnumerable<float>()];
    }

    public void Dispose() => _session.Dispose();

    private static SessionOptions Options() => new() { IntraOpNumThreads = 1, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
}
