using System.Globalization;
using TransferLearning.Tests.Documentation;
using TransferLearning.Tests.FeatureStorage;
using TransferLearning.Tests.Runtime;
using TransferLearning.Tests.Weights;
using TransferLearning.Tests.Weights.HuggingFace;

// Test runners load this assembly and never come here; StoreProcess, WeightsProcess, HubVariablesTests and NativeHeapTests do, and whoever writes the table of networks anew.
switch (args)
{
    case [BackbonesDocument.Verb]:
        File.WriteAllText(BackbonesDocument.Path, BackbonesDocument.Expected());
        break;

    case ["features", string directory, string seed]:
        foreach (string complaint in new StoreUser(directory, int.Parse(seed, CultureInfo.InvariantCulture)).Use())
            Console.WriteLine(complaint);
        break;

    case ["weights", string folder, string address, string hash, string death]:
        Console.WriteLine(WeightsProcess.Run(folder, address, hash, death));
        break;

    case ["hub"]:
        Console.Write(HubVariablesTests.Options());
        break;

    case ["heap"]:
        Console.Write(HeapUser.Run());
        break;

    default:
        throw new ArgumentException($"No test starts a process with '{string.Join(' ', args)}'.");
}
