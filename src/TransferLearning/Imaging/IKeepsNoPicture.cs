namespace TransferLearning.Imaging;

/// <summary>Marks what never keeps a picture that it gave: whoever received the picture may release it.</summary>
internal interface IKeepsNoPicture;
