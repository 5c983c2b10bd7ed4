using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace TransferLearning.Tests.Exporting;

/// <summary>An ONNX file in ONNX Runtime, on one thread.</summary>
internal sealed class OnnxRun : IDisposable
{
    private readonly InferenceSession _session;

    public OnnxRun(string path)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        _session = new InferenceSession(path, options);
    }

    public IReadOnlyDictionary<string, string> Metadata => _session.ModelMetadata.CustomMetadataMap;

    public IReadOnlyList<string> Outputs => [.. _session.OutputMetadata.Keys];

    /// <summary>The outputs by name, each image after the other.</summary>
    public Dictionary<string, float[]> Compute(float[] values, params int[] shape) => Run(NamedOnnxValue.CreateFromTensor(Input, new DenseTensor<float>(values, shape)));

    /// <inheritdoc cref="Compute(float[], int[])"/>
    public Dictionary<string, float[]> Compute(byte[] pixels, params int[] shape) => Run(NamedOnnxValue.CreateFromTensor(Input, new DenseTensor<byte>(pixels, shape)));

    public void Dispose() => _session.Dispose();

    private string Input => _session.InputMetadata.Keys.Single();

    private Dictionary<string, float[]> Run(NamedOnnxValue input)
    {
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = _session.Run([input]);
        return results.ToDictionary(result => result.Name, result => result.AsEnumerable<float>().ToArray());
    }
}
