using Microsoft.ML.OnnxRuntime;
using TransferLearning.Exporting;
using ModelFileException = TransferLearning.Models.ModelFileException;

namespace TransferLearning;

/// <summary>Runs exported files in ONNX Runtime, so that an export compares them with the model.</summary>
/// <param name="configure">Changes the session's options, such as the execution provider that will run the file; by default it is the CPU.</param>
public sealed class OnnxRuntimeVerifier(Action<SessionOptions>? configure = null) : IOnnxVerifier
{
    /// <inheritdoc/>
    /// <exception cref="ModelFileException">ONNX Runtime refuses the file or fails to run it, or the file has not one input.</exception>
    public IEnumerable<float[]> Run(string path, IEnumerable<OnnxImage> images)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(images);
        return RunAll();

        IEnumerable<float[]> RunAll()
        {
            using InferenceSession session = OnnxSession.Open(path, threads: null, configure, options => new InferenceSession(path, options));
            string input = OnnxSession.InputOf(session.InputNames, path);
            foreach (OnnxImage image in images)
                yield return Run(session, input, image, path);
        }
    }

    private static float[] Run(InferenceSession session, string name, OnnxImage image, string path)
    {
        using OrtValue input = image.Pixels.Length > 0
            ? OrtValue.CreateTensorValueFromMemory(image.Pixels, [.. image.Shape])
            : OrtValue.CreateTensorValueFromMemory(image.Values, [.. image.Shape]);
        try
        {
            using var options = new RunOptions();
            using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, [name], [input], [session.OutputNames[0]]);
            return outputs[0].GetTensorDataAsSpan<float>().ToArray();
        }
        catch (OnnxRuntimeException problem)
        {
            throw new ModelFileException(path, $"cannot be run by ONNX Runtime: {problem.Message}", problem);
        }
    }
}
