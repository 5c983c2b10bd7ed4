using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using TransferLearning.Native;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace TransferLearning.Tests.Running;

/// <summary>
/// Runs the suite from the program of the tests itself, so that it also runs where there is no SDK: published for another
/// platform, under another culture, or on another device.
/// </summary>
/// <remarks><c>run [--culture NAME] [--device NAME] [--list FILE] [FILTER...]</c>: the tests whose name contains one of the filters, all by default.</remarks>
internal sealed class SuiteRun(TextWriter output, TextWriter list) : LongLivedMarshalByRefObject, IMessageSink
{
    public const string Verb = "run";

    private readonly List<ITestCase> _cases = [];
    private readonly ManualResetEventSlim _finished = new();
    private readonly Lock _taking = new();
    private int _passed;
    private int _failed;
    private int _skipped;

    /// <summary>Runs the tests and prints failures, skipped tests with their reasons, and the counts.</summary>
    /// <returns>0 where something passed and nothing failed, else 1.</returns>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        string? list = null;
        while (arguments is [string option, string value, ..] && option.StartsWith("--", StringComparison.Ordinal))
        {
            if (option == "--culture")
                CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.DefaultThreadCurrentUICulture = new CultureInfo(value);
            else if (option == "--device")
                ComputeDevice.Default = TorchSharp.torch.device(value);
            else if (option == "--list")
                list = value;
            else
                throw new ArgumentException($"The option '{option}' is unknown; there are --culture NAME, --device NAME and --list FILE.");
            arguments = arguments[2..];
        }

        using StreamWriter? lines = list is null ? null : new StreamWriter(list) { AutoFlush = true };
        return new SuiteRun(Console.Out, lines ?? TextWriter.Null).RunTests(arguments.ToArray()) ? 0 : 1;
    }

    private bool RunTests(string[] filters)
    {
        using var framework = new XunitTestFramework(new NullMessageSink());
        Assembly assembly = typeof(SuiteRun).Assembly;
        var watch = Stopwatch.StartNew();

        using ITestFrameworkDiscoverer discoverer = framework.GetDiscoverer(Reflector.Wrap(assembly));
        discoverer.Find(includeSourceInformation: false, this, new Options());
        _finished.Wait();
        _finished.Reset();

        ITestCase[] chosen = [.. _cases.Where(test => filters.Length == 0 || filters.Any(test.DisplayName.Contains))];
        using ITestFrameworkExecutor executor = framework.GetExecutor(assembly.GetName());
        executor.RunTests(chosen, this, new Options());
        _finished.Wait();

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{watch.Elapsed:mm\\:ss}, culture '{CultureInfo.CurrentCulture.Name}', {RuntimeDescription}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_passed} passed, {_failed} failed, {_skipped} skipped"));
        return _failed == 0 && _passed > 0;
    }

    private static string RuntimeDescription =>
        $"{RuntimeInformation.OSDescription} ({RuntimeInformation.RuntimeIdentifier})";

    // Messages arrive from several threads, those of a test from its own.
    bool IMessageSink.OnMessage(IMessageSinkMessage message)
    {
        bool threadIsSpoiled = message is ITestFinished && Gradients.AreLostHere();
        lock (_taking)
        {
            Take(message);
            if (threadIsSpoiled && message is ITestFinished finished)
                Fail(finished.Test.DisplayName, ["After this test, torch records no gradients on its thread."], [""]);
        }
        return true;
    }

    private void Take(IMessageSinkMessage message)
    {
        switch (message)
        {
            case ITestCaseDiscoveryMessage discovered:
                _cases.Add(discovered.TestCase);
                break;
            case ITestPassed passed:
                _passed++;
                list.WriteLine($"passed\t{passed.Test.DisplayName}");
                break;
            case ITestSkipped skipped:
                _skipped++;
                list.WriteLine($"skipped\t{skipped.Test.DisplayName}\t{skipped.Reason}");
                break;
            case ITestFailed failed:
                Fail(failed.Test.DisplayName, failed.Messages, failed.StackTraces);
                break;
            case IErrorMessage error:
                Fail("the run itself", error.Messages, error.StackTraces);
                break;
            case ITestClassCleanupFailure cleanup:
                Fail($"{cleanup.TestClass.Class.Name} (cleanup)", cleanup.Messages, cleanup.StackTraces);
                break;
            case IDiscoveryCompleteMessage or ITestAssemblyFinished:
                _finished.Set();
                break;
        }
    }

    private void Fail(string name, string[] messages, string[] stackTraces)
    {
        _failed++;
        list.WriteLine($"failed\t{name}\t{messages[0].ReplaceLineEndings(" ")}");
        output.WriteLine($"FAILED {name}");
        output.WriteLine($"  {string.Join($"{Environment.NewLine}  ", messages)}");
        output.WriteLine(stackTraces[0]);
    }

    /// <summary>The defaults of the framework, but that a test's messages come from its own thread.</summary>
    private sealed class Options : LongLivedMarshalByRefObject, ITestFrameworkDiscoveryOptions, ITestFrameworkExecutionOptions
    {
        private readonly Dictionary<string, object?> _values = new() { ["xunit.execution.SynchronousMessageReporting"] = true };

        public TValue GetValue<TValue>(string name) => _values.TryGetValue(name, out object? value) ? (TValue)value! : default!;

        public void SetValue<TValue>(string name, TValue value) => _values[name] = value;
    }
}
