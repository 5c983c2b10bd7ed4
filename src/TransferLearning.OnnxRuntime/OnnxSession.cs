using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using TransferLearning.Internal;
using TransferLearning.Models;

namespace TransferLearning;

/// <summary>An ONNX file that ONNX Runtime runs for one of its outputs. Thread-safe: runs go side by side; once it is disposed, the last of them ends
/// it.</summary>
internal sealed class OnnxSession : IDisposable
{
    // What a run took stays with the session, for the next run; after one of a large photograph, it goes back.
    private const long MostBytesKept = 32 << 20;

    private readonly InferenceSession _session;
    private readonly bool _hasArena;
    private readonly string _input;
    private readonly string _output;
    private readonly int _numbers;
    private readonly Lock _counting = new();
    private int _running;
    private bool _disposed;

    /// <param name="session">Owned, unless this throws.</param>
    /// <param name="hasArena">Whether its memory is pooled.</param>
    /// <param name="input">The name of the input.</param>
    /// <param name="output">The name of the output; null for the first one.</param>
    /// <param name="numbers">How many numbers are expected of an image.</param>
    /// <param name="file">The file's name in errors.</param>
    /// <exception cref="ModelFileException">There is no such output, or it gives something else.</exception>
    public OnnxSession(InferenceSession session, bool hasArena, string input, string? output, int numbers, string file)
    {
        (_session, _hasArena, _input, _numbers) = (session, hasArena, input, numbers);
        _output = output ?? session.OutputNames[0];
        if (!session.OutputMetadata.TryGetValue(_output, out NodeMetadata? node))
            throw new ModelFileException(file, $"has no output '{_output}'; it has {string.Join(", ", session.OutputNames)}.");
        if (!node.IsTensor || node.ElementDataType != TensorElementType.Float || !MayBe(node.Dimensions, numbers))
            throw new ModelFileException(file, $"has the output '{_output}', {Describe(node)}; float32 [N, {numbers}] is expected, a number for each name.");
    }

    /// <summary>Opens a session.</summary>
    /// <param name="file">The file's name in errors.</param>
    /// <param name="threads">The threads of a run; null for one per core.</param>
    /// <param name="configure">Changes the options.</param>
    /// <param name="open">Opens it with the options.</param>
    /// <exception cref="ModelFileException">ONNX Runtime refuses the file.</exception>
    public static InferenceSession Open(string file, int? threads, Action<SessionOptions>? configure, Func<SessionOptions, InferenceSession> open)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        if (threads is { } count)
            options.IntraOpNumThreads = count;
        configure?.Invoke(options);
        try
        {
            return open(options);
        }
        catch (OnnxRuntimeException problem)
        {
            throw new ModelFileException(file, $"cannot be opened by ONNX Runtime: {problem.Message}", problem);
        }
    }

    /// <summary>The one input of a file.</summary>
    /// <exception cref="ModelFileException">It has none, or several.</exception>
    public static string InputOf(IReadOnlyList<string> names, string file) => names is [var only]
        ? only
        : throw new ModelFileException(file, $"has {names.Count} inputs ({string.Join(", ", names)}); one is expected, of images.");

    /// <summary>Such as "float32 [N, 3, 224, 224]".</summary>
    public static string Describe(NodeMetadata node) => !node.IsTensor ? $"of the kind {node.OnnxValueType}" : node.ElementDataType switch
    {
        TensorElementType.Float => "float32",
        TensorElementType.UInt8 => "uint8",
        var other => other.ToString().ToLowerInvariant(),
    } + $" [{string.Join(", ", node.Dimensions.Select((length, axis) => length >= 0 ? length.ToString() : axis == 0 ? "N" : "?"))}]";

    /// <summary>Computes the output for images.</summary>
    /// <param name="owner">Who is disposed with the session.</param>
    /// <param name="input">The images.</param>
    /// <param name="names">The names of the images.</param>
    /// <returns>The numbers of each image, one image after the other.</returns>
    /// <exception cref="ObjectDisposedException">The owner was disposed.</exception>
    /// <exception cref="InvalidOperationException">The run failed, or gave something else; the message names the images.</exception>
    public float[] Run(object owner, OrtValue input, IReadOnlyList<string> names)
    {
        Enter(owner);
        try
        {
            using var options = new RunOptions();
            if (_hasArena && input.GetTensorSizeInBytes() > MostBytesKept)
                options.AddRunConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");
            using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(options, [_input], [input], [_output]);
            ReadOnlySpan<float> numbers = outputs[0].GetTensorDataAsSpan<float>();
            if (numbers.Length != names.Count * _numbers)
                throw Failed($"its output '{_output}' has {numbers.Length} numbers for {names.Count} images of {_numbers} each", null);
            long[] shape = outputs[0].GetTensorTypeAndShape().Shape;
            return names.Count == 1 || shape[0] == names.Count
                ? numbers.ToArray()
                : throw Failed(
                    $"its output '{_output}' is [{string.Join(", ", shape)}] for {names.Count} images of {_numbers} numbers each; images come first", null);
        }
        catch (OnnxRuntimeException problem)
        {
            throw Failed(problem.Message, problem);
        }
        finally
        {
            Leave();
        }

        InvalidOperationException Failed(string reason, Exception? inner) => new(
            PrintableText.Of($"The network failed on '{names[0]}'{(names.Count > 1 ? $" and {names.Count - 1} more images" : "")}: {reason}."), inner);
    }

    public void Dispose()
    {
        lock (_counting)
        {
            if (!_disposed && _running == 0)
                _session.Dispose();
            _disposed = true;
        }
    }

    private void Enter(object owner)
    {
        lock (_counting)
        {
            ObjectDisposedException.ThrowIf(_disposed, owner);
            _running++;
        }
    }

    private void Leave()
    {
        lock (_counting)
        {
            if (--_running == 0 && _disposed)
                _session.Dispose();
        }
    }

    // Open lengths are known when it runs; a shape without axes is one that the file leaves out.
    private static bool MayBe(int[] shape, int numbers) => shape switch
    {
        [] => true,
        [_, _, ..] => Array.Exists(shape[1..], length => length < 0) || shape.Skip(1).Aggregate(1L, (product, length) => product * length) == numbers,
        _ => numbers == 1,
    };
}
