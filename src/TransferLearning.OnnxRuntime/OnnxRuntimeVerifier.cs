using Microsoft.ML.OnnxRuntime;
using TransferLearning.Exporting;

namespace TransferLearning;

/// <summary>Runs exported files in ONNX Runtime, so that an export compares them with the model.</summary>
/// <param name="configure">Changes the session's options, such as the execution provider that will run the file; by default it is the CPU.</param>
public sealed class OnnxRuntimeVerifier(Action<SessionOptions>? configure = null) : IOnnxVerifier
{
    /// <inheritdoc/>
    /// <exception cref="Models.ModelFileException">ONNX Runtime refuses the file.</exception>
    public IEnumerable<float[]> Run(string path, IEnumerable<OnnxImage> images)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(images);
        return RunAll();

        IEnumerable<float[]> RunAll()
        {
            using InferenceSession session = OnnxSession.Open(path, threads: null, configure, options => new InferenceSession(path, options));
            using var options = new RunOptions();
            foreach (OnnxImage image in images)
            {
                using OrtValue input = image.Pixels.Length > 0
                    ? OrtValue.CreateTensorValueFromMemory(image.Pixels, [.. image.Shape])
                    : OrtValue.CreateTensorValueFromMemory(image.Values, [.. image.Shape]);
                using IDisposableReadOnlyCollection<OrtValue> outputs =
                    session.Run(options, [session.InputNames.Single()], [input], [session.OutputNames[0]]);
                yield return outputs[0].GetTensorDataAsSpan<float>().ToArray();
            }
        }
    }
}
