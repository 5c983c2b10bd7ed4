using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using TransferLearning.Exporting;

namespace TransferLearning.Tests.Documentation;

/// <summary>The verifier of docs/onnx.md.</summary>
public sealed class OnnxRuntimeVerifier : IOnnxVerifier
{
    public IEnumerable<float[]> Run(string path, IEnumerable<OnnxImage> images)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        using var session = new InferenceSession(path, options);
        string input = session.InputMetadata.Keys.Single();
        foreach (OnnxImage image in images)
        {
            int[] shape = [.. image.Shape.Select(length => (int)length)];
            NamedOnnxValue value = image.Pixels.Length > 0
                ? NamedOnnxValue.CreateFromTensor(input, new DenseTensor<byte>(image.Pixels, shape))
                : NamedOnnxValue.CreateFromTensor(input, new DenseTensor<float>(image.Values, shape));
            using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> outputs = session.Run([value]);
            yield return [.. outputs[0].AsEnumerable<float>()];
        }
    }
}
